package io.omnigraph.testing;

import java.util.function.Supplier;

/** Stands around every call of a decorated store. */
public interface CallInterceptor {

  /**
   * @param operation name of the method, such as {@code commit} or {@code putIfAbsent}
   * @param target the table or key that it concerns; empty if none
   * @param body the call itself
   */
  <T> T around(String operation, String target, Supplier<T> body);
}
