package io.omnigraph.guard.planted.commit;

/** Output that belongs to nobody. */
final class Prints {

  void print() {
    System.out.println("committed");
  }
}
