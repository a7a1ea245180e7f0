package io.omnigraph.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Older spellings of commands: they still work and say what to write instead. */
final class Shims {

  private Shims() {}

  static String[] rewrite(String[] arguments, PrintStream err) {
    List<String> words = new ArrayList<>(Arrays.asList(arguments));
    int first = firstCommand(words);
    if (first < 0) {
      return arguments;
    }
    String command = words.get(first);
    String next = first + 1 < words.size() ? words.get(first + 1) : "";
    if (command.equals("query") && (next.equals("lint") || next.equals("check"))) {
      warn(err, "query " + next, "lint");
      words.remove(first + 1);
      words.set(first, "lint");
    } else if (command.equals("check")) {
      warn(err, "check", "lint");
      words.set(first, "lint");
    } else if (command.equals("read")) {
      warn(err, "read", "query");
      words.set(first, "query");
    } else if (command.equals("change")) {
      warn(err, "change", "mutate");
      words.set(first, "mutate");
    }
    return words.toArray(String[]::new);
  }

  /** The first word that is neither an option nor the value of a global one. */
  private static int firstCommand(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("-")) {
        return i;
      }
      if (OmnigraphCommand.GLOBAL_OPTIONS_WITH_VALUE.contains(word)) {
        i++;
      }
    }
    return -1;
  }

  private static void warn(PrintStream err, String old, String current) {
    err.println("warning: `omnigraph " + old + "` is now `omnigraph " + current + "`");
  }
}
