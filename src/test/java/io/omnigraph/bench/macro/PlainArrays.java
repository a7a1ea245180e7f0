package io.omnigraph.bench.macro;

import io.omnigraph.bench.SocialGraph;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The social graph as plain arrays, walked by hand-written loops: what the machine can do when
 * nothing but the answer matters. The edges of person p are {@code p * FRIENDS} and the following.
 */
final class PlainArrays {

  final int people;
  final int[] targets;
  final int[] ages;
  final int[] since;
  private final Map<String, Integer> byName;

  PlainArrays(SocialGraph content) {
    people = content.people();
    targets = new int[content.friendships()];
    ages = new int[people];
    byName = HashMap.newHashMap(people);
    Arrays.setAll(targets, content::to);
    since = new int[content.friendships()];
    Arrays.setAll(ages, content::age);
    Arrays.setAll(since, content::since);
    for (int p = 0; p < people; p++) {
      byName.put(content.name(p), p);
    }
  }

  int ageOf(String name) {
    return ages[person(name)];
  }

  private int person(String name) {
    Integer person = byName.get(name);
    if (person == null) {
      throw new IllegalArgumentException("nobody is called " + name);
    }
    return person;
  }

  private static int first(int person) {
    return person * SocialGraph.FRIENDS;
  }

  /** The sum of the ages of a person's friends. */
  long friendsOf(String name) {
    int a = person(name);
    long sum = 0;
    for (int e = first(a); e < first(a + 1); e++) {
      sum += ages[targets[e]];
    }
    return sum;
  }

  /** Paths of two edges from one person. */
  long pathsFrom(String name) {
    int a = person(name);
    long found = 0;
    for (int e = first(a); e < first(a + 1); e++) {
      for (int f = first(targets[e]); f < first(targets[e] + 1); f++) {
        found += targets[f] >= 0 ? 1 : 0;
      }
    }
    return found;
  }

  /** Paths of two edges from anyone to somebody older than a given age. */
  long pathsToOlderThan(int age) {
    long found = 0;
    for (int a = 0; a < people; a++) {
      for (int e = first(a); e < first(a + 1); e++) {
        int b = targets[e];
        for (int f = first(b); f < first(b + 1); f++) {
          found += ages[targets[f]] > age ? 1 : 0;
        }
      }
    }
    return found;
  }

  /** Paths of two edges from anyone to somebody older than the one they start from. */
  long pathsToTheOlder() {
    long found = 0;
    for (int a = 0; a < people; a++) {
      int age = ages[a];
      for (int e = first(a); e < first(a + 1); e++) {
        int b = targets[e];
        for (int f = first(b); f < first(b + 1); f++) {
          found += ages[targets[f]] > age ? 1 : 0;
        }
      }
    }
    return found;
  }

  /** Paths of two edges whose second edge is younger than the first. */
  long pathsToYoungerEdges() {
    long found = 0;
    for (int e = 0; e < targets.length; e++) {
      int year = since[e];
      int b = targets[e];
      for (int f = first(b); f < first(b + 1); f++) {
        found += since[f] > year ? 1 : 0;
      }
    }
    return found;
  }

  /** How many ages the ends of paths of two edges to somebody older than the start have. */
  long agesOfTheOlder() {
    long[] paths = new long[128];
    for (int a = 0; a < people; a++) {
      int age = ages[a];
      for (int e = first(a); e < first(a + 1); e++) {
        int b = targets[e];
        for (int f = first(b); f < first(b + 1); f++) {
          int other = ages[targets[f]];
          paths[other] += other > age ? 1 : 0;
        }
      }
    }
    return Arrays.stream(paths).filter(n -> n > 0).count();
  }

  /** How many different people paths of two edges to somebody older than the start end at. */
  long theOlder() {
    boolean[] met = new boolean[people];
    for (int a = 0; a < people; a++) {
      int age = ages[a];
      for (int e = first(a); e < first(a + 1); e++) {
        int b = targets[e];
        for (int f = first(b); f < first(b + 1); f++) {
          int c = targets[f];
          met[c] |= ages[c] > age;
        }
      }
    }
    long count = 0;
    for (boolean one : met) {
      count += one ? 1 : 0;
    }
    return count;
  }

  /** Edges whose end knows nobody older than their start. */
  long edgesWithoutTheOlder() {
    long found = 0;
    for (int a = 0; a < people; a++) {
      int age = ages[a];
      for (int e = first(a); e < first(a + 1); e++) {
        int b = targets[e];
        boolean older = false;
        for (int f = first(b); f < first(b + 1) && !older; f++) {
          older = ages[targets[f]] > age;
        }
        found += older ? 0 : 1;
      }
    }
    return found;
  }

  /** The sum of the ages of the ends of paths of two edges to somebody older than the start. */
  long agesOfTheOlderAddedUp() {
    long sum = 0;
    for (int a = 0; a < people; a++) {
      int age = ages[a];
      for (int e = first(a); e < first(a + 1); e++) {
        int b = targets[e];
        for (int f = first(b); f < first(b + 1); f++) {
          int other = ages[targets[f]];
          sum += other > age ? other : 0;
        }
      }
    }
    return sum;
  }

  /**
   * Cycles of three different pairs of people, each as often as it has people to start from: who
   * knows a person is marked, then every path of two edges from that person is looked at.
   */
  long waysBack() {
    int[] begins = new int[people + 1];
    for (int target : targets) {
      begins[target + 1]++;
    }
    for (int p = 0; p < people; p++) {
      begins[p + 1] += begins[p];
    }
    int[] next = Arrays.copyOf(begins, people);
    int[] sources = new int[targets.length];
    for (int e = 0; e < targets.length; e++) {
      sources[next[targets[e]]++] = e / SocialGraph.FRIENDS;
    }
    int[] marks = new int[people];
    long found = 0;
    for (int a = 0; a < people; a++) {
      for (int i = begins[a]; i < begins[a + 1]; i++) {
        marks[sources[i]] = a + 1;
      }
      for (int e = first(a); e < first(a + 1); e++) {
        if (isAgain(e)) {
          continue;
        }
        int b = targets[e];
        for (int f = first(b); f < first(b + 1); f++) {
          found += marks[targets[f]] == a + 1 && !isAgain(f) ? 1 : 0;
        }
      }
    }
    return found;
  }

  /** Whether an edge is parallel to one before it. */
  private boolean isAgain(int edge) {
    for (int e = first(edge / SocialGraph.FRIENDS); e < edge; e++) {
      if (targets[e] == targets[edge]) {
        return true;
      }
    }
    return false;
  }
}
