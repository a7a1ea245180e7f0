package io.omnigraph.server.bus;

/**
 * How a worker answers: with a value, or with the exception itself so that nothing of it is lost.
 */
public sealed interface Reply {

  record Success(Object value) implements Reply {}

  record Failed(Throwable cause) implements Reply {}
}
