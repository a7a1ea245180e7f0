package io.omnigraph.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.spi.LifeCycle;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies {@code OMNIGRAPH_LOG} to the logging configuration: a level for everything, {@code
 * logger=level} for one logger and those below it, or several of both separated by commas. Levels
 * are {@code off}, {@code error}, {@code warn}, {@code info}, {@code debug} and {@code trace}. A
 * part that cannot be read is reported by logback's status messages and changes nothing.
 *
 * <p>Logback creates and starts it, as {@code conf/logback.xml} asks.
 */
public final class LogFilter extends ContextAwareBase implements LoggerContextListener, LifeCycle {

  private static final String VARIABLE = "OMNIGRAPH_LOG";

  private boolean started;

  @Override
  public void start() {
    apply(System.getenv(VARIABLE));
    started = true;
  }

  /** Sets the levels that a value of the variable names; null or blank sets nothing. */
  void apply(@Nullable String value) {
    LoggerContext loggers = (LoggerContext) getContext();
    parse(value == null ? "" : value)
        .forEach(
            (logger, level) -> {
              Level parsed = Level.toLevel(level, null);
              if (parsed == null) {
                addWarn(VARIABLE + ": unknown level '" + level + "' for '" + logger + "'");
              } else {
                loggers.getLogger(logger).setLevel(parsed);
              }
            });
  }

  private static Map<String, String> parse(String value) {
    Map<String, String> levels = new LinkedHashMap<>();
    for (String part : value.split(",")) {
      String entry = part.strip();
      int equals = entry.indexOf('=');
      if (equals >= 0) {
        levels.put(entry.substring(0, equals).strip(), entry.substring(equals + 1).strip());
      } else if (!entry.isEmpty()) {
        levels.put(org.slf4j.Logger.ROOT_LOGGER_NAME, entry);
      }
    }
    return levels;
  }

  @Override
  public void stop() {
    started = false;
  }

  @Override
  public boolean isStarted() {
    return started;
  }

  /** A reset reads the configuration again, which creates a new filter. */
  @Override
  public boolean isResetResistant() {
    return false;
  }

  @Override
  public void onStart(LoggerContext context) {}

  @Override
  public void onReset(LoggerContext context) {}

  @Override
  public void onStop(LoggerContext context) {}

  @Override
  public void onLevelChange(Logger logger, Level level) {}
}
