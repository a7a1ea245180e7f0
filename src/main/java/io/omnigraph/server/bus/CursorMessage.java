package io.omnigraph.server.bus;

/** Asks the query workers to go on with, or to end, a result that is under way. */
public sealed interface CursorMessage {

  String cursor();

  record Next(String cursor) implements CursorMessage {}

  record Close(String cursor) implements CursorMessage {}
}
