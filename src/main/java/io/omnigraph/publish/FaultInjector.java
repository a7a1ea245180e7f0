package io.omnigraph.publish;

import java.util.function.Supplier;

/**
 * Stands around every named step, so that tests can fail before it, fail after its effect (a lost
 * answer), or pause. Given by constructor; production uses {@link #NONE}. Thread-safe.
 */
public interface FaultInjector {

  /** Runs every step untouched. */
  FaultInjector NONE =
      new FaultInjector() {
        @Override
        public <T> T around(FaultPoint point, Supplier<T> step) {
          return step.get();
        }
      };

  /** Runs a step. */
  <T> T around(FaultPoint point, Supplier<T> step);

  /** Runs a step without a result. */
  default void around(FaultPoint point, Runnable step) {
    around(
        point,
        () -> {
          step.run();
          return Boolean.TRUE;
        });
  }
}
