import com.nimbusds.jose.jwk.JWK;
import eu.europa.ec.eudi.sdjwt.DefaultSdJwtOps;
import eu.europa.ec.eudi.sdjwt.vc.LookupPublicKeysFromDIDDocument;
import eu.europa.ec.eudi.sdjwt.vc.SdJwtVcVerifier;
import eu.europa.ec.eudi.sdjwt.vc.SdJwtVcVerifierFactory;
import eu.europa.ec.eudi.sdjwt.vc.X509CertificateTrust;
import java.io.ByteArrayInputStream;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;
import kotlinx.serialization.json.Json;
import kotlinx.serialization.json.JsonObject;

/**
 * Lets the library of the EUDI wallet judge SD-JWT VCs: the first line is the issuer's public key (JWK), the second the
 * certificate of the authority that is relied on (DER in base64), each further one how the issuer is known (`did` or
 * `x5c`), a tab and a token, with a tab and the challenge that a key binding must answer (JSON) where it is shown. One
 * line is answered for each: `good` or `bad` and why.
 */
public class Judge {
  private static final CertificateFactory FACTORY = factory();

  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    JWK key = JWK.parse(in.readLine());
    LookupPublicKeysFromDIDDocument lookup = (did, url, then) -> List.of(key);
    X509Certificate authority = (X509Certificate) FACTORY.generateCertificate(
        new ByteArrayInputStream(Base64.getDecoder().decode(in.readLine())));
    X509CertificateTrust trust = (chain, then) -> leadsTo(authority, chain);
    SdJwtVcVerifierFactory<?> known = DefaultSdJwtOps.INSTANCE.getSdJwtVcVerifier();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] parts = line.split("\t");
      SdJwtVcVerifier<?> verifier = parts[0].equals("x5c") ? known.usingX5c(trust) : known.usingDID(lookup);
      System.out.println(judged(verifier, parts).replace('\n', ' '));
    }
  }

  private static boolean leadsTo(X509Certificate authority, List<? extends X509Certificate> chain) {
    try {
      PKIXParameters rules = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
      rules.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX").validate(FACTORY.generateCertPath(chain), rules);
      return true;
    } catch (GeneralSecurityException fault) {
      return false;
    }
  }

  private static CertificateFactory factory() {
    try {
      return CertificateFactory.getInstance("X.509");
    } catch (GeneralSecurityException fault) {
      throw new IllegalStateException(fault);
    }
  }

  private static String judged(SdJwtVcVerifier<?> verifier, String[] parts) {
    List<Class<?>> kinds = new ArrayList<>(List.of(String.class));
    List<Object> given = new ArrayList<>(List.of(parts[1]));
    if (parts.length > 2) {
      kinds.add(JsonObject.class);
      given.add(Json.Default.parseToJsonElement(parts[2]));
    }
    kinds.add(Continuation.class);
    // The compiler of Kotlin adds a mark to these names that Java cannot write.
    String name = parts.length > 2 ? "verify-0E7RQCE" : "verify-gIAlu-s";
    try {
      Method method = SdJwtVcVerifier.class.getMethod(name, kinds.toArray(Class<?>[]::new));
      Object found = BuildersKt.runBlocking(EmptyCoroutineContext.INSTANCE, (scope, then) -> {
        given.add(then);
        try {
          return method.invoke(verifier, given.toArray());
        } catch (InvocationTargetException fault) {
          return "Failure(" + fault.getCause() + ")";
        } catch (IllegalAccessException fault) {
          throw new IllegalStateException(fault);
        }
      });
      String told = String.valueOf(found);
      return told.startsWith("Failure(") ? "bad " + told : "good";
    } catch (Exception fault) {
      return "bad " + fault;
    }
  }
}
