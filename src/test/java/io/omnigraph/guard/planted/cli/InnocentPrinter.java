package io.omnigraph.guard.planted.cli;

/** The command line prints. */
final class InnocentPrinter {

  void print() {
    System.out.println("committed");
  }
}
