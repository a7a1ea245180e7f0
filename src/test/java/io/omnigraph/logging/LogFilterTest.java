package io.omnigraph.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogFilterTest {

  private final LoggerContext loggers = new LoggerContext();

  @Test
  void aSingleLevelHoldsForEverything() {
    apply("debug");

    assertThat(loggers.getLogger("io.omnigraph").getEffectiveLevel()).isEqualTo(Level.DEBUG);
  }

  @Test
  void aListSetsSingleLoggersOnTopOfTheCommonLevel() {
    apply("warn, io.omnigraph.server=trace");

    assertThat(loggers.getLogger("io.omnigraph.storage").getEffectiveLevel()).isEqualTo(Level.WARN);
    assertThat(loggers.getLogger("io.omnigraph.server.http").getEffectiveLevel())
        .isEqualTo(Level.TRACE);
  }

  @Test
  void anUnknownLevelIsReportedAndChangesNothing() {
    apply("io.omnigraph=loud");

    assertThat(loggers.getLogger("io.omnigraph").getLevel()).isNull();
    assertThat(loggers.getStatusManager().getCopyOfStatusList())
        .anySatisfy(
            status -> assertThat(status.getMessage()).contains("OMNIGRAPH_LOG").contains("loud"));
  }

  @Test
  void withoutTheVariableTheConfigurationStands() {
    loggers.getLogger("ROOT").setLevel(Level.ERROR);

    apply(null);
    apply("  ");

    assertThat(loggers.getLogger("io.omnigraph").getEffectiveLevel()).isEqualTo(Level.ERROR);
  }

  @Test
  void thePackagedConfigurationIsReadWithoutComplaint() throws Exception {
    var configurator = new JoranConfigurator();
    configurator.setContext(loggers);

    configurator.doConfigure(Path.of("conf/logback.xml").toFile());

    assertThat(loggers.getCopyOfListenerList()).anyMatch(LogFilter.class::isInstance);
    assertThat(loggers.getStatusManager().getCopyOfStatusList())
        .allSatisfy(status -> assertThat(status.getLevel()).isZero());
    loggers.stop();
  }

  private void apply(@Nullable String value) {
    var filter = new LogFilter();
    filter.setContext(loggers);
    filter.apply(value);
  }
}
