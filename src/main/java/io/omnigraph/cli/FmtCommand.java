package io.omnigraph.cli;

import io.omnigraph.model.CompileException;
import io.omnigraph.query.format.QueryFormatter;
import io.omnigraph.schema.SchemaFormatter;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Formats schema and query files. Without an option the formatted text goes to standard output; a
 * file that does not parse is reported and left as it is, and the others are still done.
 */
@Command(name = "fmt", description = "format schema (.pg) and query (.gq) files")
final class FmtCommand implements Callable<Integer> {

  private static final String STANDARD_INPUT = "-";

  /** The two languages. */
  enum Language {
    PG,
    GQ
  }

  private final CommandContext context;

  @Option(names = "--check", description = "change nothing; exit 1 if a file is not formatted")
  boolean check;

  @Option(names = "--write", description = "write formatted files back")
  boolean write;

  @Option(
      names = "--language",
      paramLabel = "pg|gq",
      description = "the language of what has no .pg or .gq name, such as standard input")
  @Nullable Language language;

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "files; - for standard input")
  List<String> files = List.of();

  FmtCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (check && write) {
      throw CliException.usage("--check and --write exclude each other");
    }
    if (write && files.contains(STANDARD_INPUT)) {
      throw CliException.usage("--write needs files; standard input cannot be written back");
    }
    if (!check && !write && files.size() > 1) {
      throw CliException.usage("name one file, or pass --write or --check for several");
    }
    boolean clean = true;
    for (String file : files) {
      clean &= format(file);
    }
    return clean ? ExitCodes.OK : ExitCodes.FAILURE;
  }

  /** False if the file has errors, or is not formatted and was to be. */
  private boolean format(String file) {
    String source = read(file);
    String formatted;
    try {
      formatted = formatted(file, source);
    } catch (CompileException e) {
      context.terminal().err().println(file + ":");
      context.terminal().err().print(e.render());
      return false;
    }
    if (check) {
      if (!formatted.equals(source)) {
        context.print(file);
        return false;
      }
    } else if (!write) {
      context.terminal().out().print(formatted);
    } else if (!formatted.equals(source)) {
      replace(context.path(file), formatted);
      context.notice("formatted " + file);
    }
    return true;
  }

  private String formatted(String file, String source) {
    return switch (languageOf(file)) {
      case PG -> SchemaFormatter.format(source);
      case GQ -> QueryFormatter.format(source);
    };
  }

  private Language languageOf(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    if (name.endsWith(".pg")) {
      return Language.PG;
    }
    if (name.endsWith(".gq")) {
      return Language.GQ;
    }
    if (language == null) {
      throw CliException.usage(
          "'" + file + "' has no .pg or .gq name; pass --language pg or --language gq");
    }
    return language;
  }

  private String read(String file) {
    if (!file.equals(STANDARD_INPUT)) {
      return context.readText("file", file);
    }
    try {
      byte[] bytes = context.terminal().in().readAllBytes();
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(java.nio.ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw new CliException("standard input is not UTF-8 text");
    } catch (IOException e) {
      throw new CliException("cannot read standard input: " + e.getMessage());
    }
  }

  /** In one step, so that a failure never leaves half a file; a link keeps pointing at its file. */
  private static void replace(Path file, String text) {
    try {
      Path target = file.toRealPath();
      Path next = Files.createTempFile(target.toAbsolutePath().getParent(), ".fmt-", ".tmp");
      try {
        Files.writeString(next, text);
        if (Files.getFileStore(target).supportsFileAttributeView("posix")) {
          Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(target));
        }
        Files.move(next, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(next);
      }
    } catch (IOException e) {
      throw new CliException("cannot write '" + file + "': " + e.getMessage());
    }
  }
}
