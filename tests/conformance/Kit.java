import java.io.FileInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Properties;
import org.eclipse.dataspacetck.core.spi.boot.Monitor;
import org.eclipse.dataspacetck.core.system.ConsoleMonitor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.store.Namespace;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs a conformance kit from its published modules: Kit PROPERTIES PACKAGE…; run as a source file. Every case is one
 * line: the word CASE, its outcome, its class, its name and the reason, parted by tabs.
 */
public class Kit {
    public static void main(String[] args) throws IOException {
        var properties = new Properties();
        try (var file = new FileInputStream(args[0])) {
            properties.load(file);
        }
        properties.forEach((name, value) -> System.setProperty((String) name, (String) value));
        var request = LauncherDiscoveryRequestBuilder.request()
            .filters(ClassNameFilter.includeClassNamePatterns(".*Test"))
            .configurationParameter("junit.jupiter.execution.timeout.testable.method.default", "90 s")
            .selectors(Arrays.stream(args).skip(1).map(DiscoverySelectors::selectPackage).toList())
            .build();
        var launcher = LauncherFactory.create(
            LauncherConfig.builder().addLauncherSessionListeners(new WithMonitor()).build());
        launcher.registerTestExecutionListeners(new Teller());
        launcher.execute(request);
        // Servers of the kit would keep the program alive.
        System.exit(0);
    }

    static class WithMonitor implements LauncherSessionListener {
        @Override
        public void launcherSessionOpened(LauncherSession session) {
            var monitor = new ConsoleMonitor(Boolean.getBoolean("kit.debug"), false);
            session.getStore().put(Namespace.GLOBAL, Monitor.class.getName(), monitor);
        }
    }

    static class Teller implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            var isGood = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
            // A class that could not be set up never runs its cases: that must not look like silence.
            if (test.isTest() || !isGood) {
                tell(isGood ? "passed" : "failed", test, result.getThrowable().map(String::valueOf).orElse(""));
            }
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            tell("skipped", test, reason);
        }

        private void tell(String outcome, TestIdentifier test, String reason) {
            var place = test.getParentId().orElse("").replaceFirst(".*\\[class:", "").replaceFirst("].*", "");
            var line = String.join("\t", "CASE", outcome, place, plain(test.getDisplayName()), plain(reason));
            synchronized (System.out) {
                System.out.println(line);
            }
        }

        private static String plain(String text) {
            return text.replaceAll("\\s+", " ").strip();
        }
    }
}
