package io.omnigraph.cli;

import io.omnigraph.api.Json;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.IoText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What every command has at hand. */
final class CommandContext {

  private final Terminal terminal;
  private final Globals globals;
  private @Nullable OperatorConfig config;

  CommandContext(Terminal terminal, Globals globals) {
    this.terminal = terminal;
    this.globals = globals;
  }

  Terminal terminal() {
    return terminal;
  }

  Globals globals() {
    return globals;
  }

  /** Read when first needed: a broken file must not stop commands that do not use it. */
  OperatorConfig config() {
    if (config == null) {
      config = OperatorConfig.load(terminal.environment(), terminal.err());
    }
    return config;
  }

  /** The author of direct writes: {@code --as}, else the operator of the config, else nobody. */
  @Nullable ActorId actor() {
    String name = globals.actor != null ? globals.actor : config().actor();
    return name == null ? null : new ActorId(name);
  }

  void print(String line) {
    terminal.out().println(line);
  }

  void printJson(Object value) {
    terminal.out().println(Json.pretty(value));
  }

  void notice(String line) {
    if (!globals.quiet) {
      terminal.err().println(line);
    }
  }

  Path path(String text) {
    return terminal.directory().resolve(text);
  }

  /**
   * Reads a text file that the user named.
   *
   * @param what what it is, for the message
   */
  String readText(String what, String file) {
    try {
      return Files.readString(path(file));
    } catch (NoSuchFileException e) {
      throw new CliException(what + " '" + file + "' does not exist");
    } catch (CharacterCodingException e) {
      throw new CliException(what + " '" + file + "' is not UTF-8 text");
    } catch (IOException e) {
      throw new CliException("cannot read " + what + " '" + file + "': " + IoText.of(e));
    }
  }

  /**
   * Asks before something that cannot be taken back, unless the target is a local directory.
   *
   * @throws CliException if nobody agrees
   */
  void confirmDestructive(String what, Target target, boolean json) {
    if (target.isLocalStore() || globals.yes) {
      return;
    }
    if (json || !terminal.interactive()) {
      throw new CliException(
          what + " on " + target.describe() + " is destructive; pass --yes to go ahead");
    }
    terminal.err().print(what + " on " + target.describe() + "? Type yes to go ahead: ");
    terminal.err().flush();
    String answer = readLine();
    if (!answer.equals("yes") && !answer.equals("y")) {
      throw new CliException("not confirmed; nothing was done");
    }
  }

  private String readLine() {
    var line = new StringBuilder();
    try {
      int c = terminal.in().read();
      while (c >= 0 && c != '\n') {
        line.append((char) c);
        c = terminal.in().read();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toString().strip();
  }
}
