import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.eclipse.edc.boot.system.ServiceLocator;
import org.eclipse.edc.boot.system.ServiceLocatorImpl;
import org.eclipse.edc.boot.system.runtime.BaseRuntime;
import org.eclipse.edc.connector.dataplane.spi.Endpoint;
import org.eclipse.edc.connector.dataplane.spi.iam.DataPlaneAuthorizationService;
import org.eclipse.edc.connector.dataplane.spi.iam.PublicEndpointGeneratorService;
import org.eclipse.edc.runtime.metamodel.annotation.Inject;
import org.eclipse.edc.spi.security.Vault;
import org.eclipse.edc.spi.system.ServiceExtension;
import org.eclipse.edc.spi.system.ServiceExtensionContext;
import org.eclipse.edc.spi.types.domain.DataAddress;

/**
 * Eclipse EDC as a foreign peer: its published modules as they are, and the one thing they leave to whoever assembles
 * a connector, which is the address that pulled data come from. Run as a source file; settings by -Dedc.fs.config.
 */
public class EdcPeer {
    public static void main(String[] args) {
        new Runtime().boot(true);
    }

    static class Runtime extends BaseRuntime {
        Runtime() {
            super(new WithPullAddress());
        }
    }

    static class WithPullAddress implements ServiceLocator {
        private final ServiceLocator found = new ServiceLocatorImpl();

        @Override
        public <T> List<T> loadImplementors(Class<T> type, boolean isRequired) {
            var all = new ArrayList<>(found.loadImplementors(type, isRequired));
            if (type == ServiceExtension.class) {
                all.add(type.cast(new PullAddress()));
            }
            return all;
        }

        @Override
        public <T> T loadSingletonImplementor(Class<T> type, boolean isRequired) {
            return found.loadSingletonImplementor(type, isRequired);
        }
    }

    /** Gives data of HttpData assets to whoever shows a token that EDC itself signed and still honours. */
    public static class PullAddress implements ServiceExtension {
        @Inject private Vault vault;
        @Inject private DataPlaneAuthorizationService tokens;
        @Inject private PublicEndpointGeneratorService endpoints;
        private final HttpClient client = HttpClient.newHttpClient();
        private HttpServer server;

        @Override
        public void initialize(ServiceExtensionContext context) {
            try {
                var key = new ECKeyGenerator(Curve.P_256).keyID("public-key").generate();
                vault.storeSecret("private-key", key.toJSONString());
                vault.storeSecret("public-key", key.toPublicJWK().toJSONString());
                var port = context.getConfig().getInteger("peer.pull.port");
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            } catch (Exception fault) {
                throw new IllegalStateException(fault);
            }
            server.setExecutor(Executors.newCachedThreadPool());
            server.createContext("/pull", this::give);
            var address = "http://127.0.0.1:" + server.getAddress().getPort() + "/pull";
            endpoints.addGeneratorFunction("HttpData", data -> Endpoint.url(address));
        }

        @Override
        public void start() {
            server.start();
        }

        @Override
        public void shutdown() {
            server.stop(0);
        }

        private void give(HttpExchange exchange) throws IOException {
            try (exchange) {
                var token = exchange.getRequestHeaders().getFirst("Authorization");
                var allowed = token == null ? null : tokens.authorize(token.replaceFirst("^Bearer ", ""), Map.of());
                if (allowed == null || allowed.failed()) {
                    exchange.sendResponseHeaders(token == null ? 401 : 403, -1);
                    return;
                }
                var source = source(allowed.getContent());
                exchange.sendResponseHeaders(source.statusCode(), source.body().length == 0 ? -1 : source.body().length);
                exchange.getResponseBody().write(source.body());
            }
        }

        private HttpResponse<byte[]> source(DataAddress data) throws IOException {
            var address = data.getStringProperty("baseUrl");
            try {
                var asked = HttpRequest.newBuilder(URI.create(address)).build();
                return client.send(asked, HttpResponse.BodyHandlers.ofByteArray());
            } catch (InterruptedException fault) {
                throw new IOException(fault);
            }
        }
    }
}
