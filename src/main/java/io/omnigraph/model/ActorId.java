package io.omnigraph.model;

/**
 * Who does something to a graph. Never taken from a request's content: the shell resolves it from
 * credentials.
 */
public record ActorId(String value) implements Comparable<ActorId> {

  /** The author of roll-backs and other repairs that no user asked for. */
  public static final ActorId RECOVERY = new ActorId("omnigraph:recovery");

  public ActorId {
    if (value.isBlank()) {
      throw new BadRequestException("invalid_actor", "an actor id must not be blank");
    }
  }

  @Override
  public int compareTo(ActorId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
