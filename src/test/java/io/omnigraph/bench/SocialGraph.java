package io.omnigraph.bench;

import java.io.InputStream;
import java.util.SplittableRandom;

/**
 * A random graph of people who know each other: the same content as schema and JSON records for the
 * product and as numbers for the baseline. Everybody knows {@value #FRIENDS} others on average.
 *
 * @param people number of nodes
 * @param seed of the random edges
 */
public record SocialGraph(int people, long seed) {

  public static final int FRIENDS = 10;

  public static final String SCHEMA =
      """
      node Person {
        name: String @key
        age: I32
      }
      edge Knows: Person -> Person {
        since: I32
      }
      """;

  /** Nodes and edges at the full size of 100,000 nodes and 1,000,000 edges, or scaled down. */
  public static SocialGraph of(BenchmarkSetting setting) {
    return new SocialGraph(setting.scaled(100_000), 20_261_121);
  }

  public int friendships() {
    return people * FRIENDS;
  }

  public String name(int person) {
    return "p%07d".formatted(person);
  }

  public int age(int person) {
    return person % 90;
  }

  /** Who the edge starts at. */
  public int from(int edge) {
    return edge / FRIENDS;
  }

  /** Who the edge ends at; a pure function of seed and edge. */
  public int to(int edge) {
    return new SplittableRandom(seed + edge).nextInt(people);
  }

  public int since(int edge) {
    return 1950 + edge % 75;
  }

  /** All records as JSON lines, nodes first. */
  public InputStream records() {
    return new JsonLines(people + friendships(), this::record);
  }

  /** The records of the first people, without friendships. */
  public InputStream people(int count) {
    return new JsonLines(count, this::record);
  }

  private String record(int index) {
    if (index < people) {
      return "{\"type\":\"Person\",\"data\":{\"name\":\"%s\",\"age\":%d}}"
          .formatted(name(index), age(index));
    }
    int edge = index - people;
    return "{\"edge\":\"Knows\",\"from\":\"%s\",\"to\":\"%s\",\"data\":{\"since\":%d}}"
        .formatted(name(from(edge)), name(to(edge)), since(edge));
  }
}
