package io.omnigraph.storage.lance;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.InternalException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.StorageException;
import java.util.Map;
import org.apache.arrow.memory.OutOfMemoryException;

/**
 * Tells the failures of the library apart. It throws JDK exceptions only, so the message decides;
 * each row is pinned against the real library by {@code LanceErrorsTest}.
 */
final class LanceErrors {

  /** What a failure of the library means. */
  enum Situation {
    /** Another transaction touched the same fragments; nothing was written. */
    RETRYABLE_CONFLICT,
    /** Another transaction excludes this one; nothing was written. */
    INCOMPATIBLE_CONFLICT,
    /** A native merge lost its race. */
    LOST_RACE,
    /** A native merge found a row that must not exist. */
    KEY_EXISTS,
    /** A native merge saw one key twice. */
    AMBIGUOUS_MERGE,
    /** No dataset, or no such version of it. */
    DATASET_MISSING,
    DATASET_EXISTS,
    /** A branch, tag or file is not there. */
    OBJECT_MISSING,
    /** A branch has dependants. */
    REFERENCE_IN_USE,
    REFERENCE_INVALID,
    /** Rows have other columns than the table by now has. */
    COLUMNS_CHANGED,
    BAD_INPUT,
    UNSUPPORTED,
    NETWORK,
    /** The caller's memory limit is used up. */
    OUT_OF_MEMORY,
    /** A disk or file format failure. */
    IO,
    OTHER
  }

  private LanceErrors() {}

  static Situation classify(Throwable error) {
    String message = messages(error);
    if (has(message, "Retryable commit conflict")) {
      return Situation.RETRYABLE_CONFLICT;
    }
    if (has(message, "Incompatible transaction")) {
      return Situation.INCOMPATIBLE_CONFLICT;
    }
    if (has(message, "Too many concurrent writers")) {
      return Situation.LOST_RACE;
    }
    if (has(message, "found matching row")) {
      return Situation.KEY_EXISTS;
    }
    if (has(message, "Ambiguous merge insert")) {
      return Situation.AMBIGUOUS_MERGE;
    }
    if (has(message, "Dataset already exists")) {
      return Situation.DATASET_EXISTS;
    }
    if (has(message, "Ref conflict error")) {
      return Situation.REFERENCE_IN_USE;
    }
    if (has(message, "Ref is invalid")) {
      return Situation.REFERENCE_INVALID;
    }
    boolean request = has(message, "Generic S3 error") || has(message, "Error performing ");
    if (request && !has(message, "404 Not Found")) {
      return Situation.NETWORK;
    }
    if (error instanceof OutOfMemoryException || has(message, "Unable to allocate buffer")) {
      return Situation.OUT_OF_MEMORY;
    }
    if (has(message, "was not found")) {
      return Situation.DATASET_MISSING;
    }
    if (has(message, "Not found:")
        || has(message, "NotFound")
        || has(message, "404 Not Found")
        || has(message, "No such file or directory")) {
      return Situation.OBJECT_MISSING;
    }
    if (error instanceof UnsupportedOperationException || has(message, "Not supported")) {
      return Situation.UNSUPPORTED;
    }
    if (has(message, "with different schema")) {
      return Situation.COLUMNS_CHANGED;
    }
    if (has(message, "Invalid user input")
        || has(message, "declared as non-nullable but contains null")) {
      return Situation.BAD_INPUT;
    }
    if (has(message, "LanceError(IO)") || error instanceof java.io.IOException) {
      return Situation.IO;
    }
    return Situation.OTHER;
  }

  /** Whether a file, a version or a table was looked for in vain. */
  static boolean isMissing(Throwable error) {
    Situation situation = classify(error);
    return situation == Situation.DATASET_MISSING || situation == Situation.OBJECT_MISSING;
  }

  /** The failure in the words of the engine; its cause is kept. Already translated ones pass. */
  static GraphException translate(Throwable error, String doing, Object where) {
    if (error instanceof GraphException translated) {
      return translated;
    }
    if (error instanceof Error fatal && !(error instanceof LinkageError)) {
      throw fatal;
    }
    String text = "cannot " + doing + " " + where + ": " + firstLine(error);
    Map<String, ?> context = Map.of("location", where.toString());
    return switch (classify(error)) {
      case RETRYABLE_CONFLICT, INCOMPATIBLE_CONFLICT, LOST_RACE, KEY_EXISTS, AMBIGUOUS_MERGE ->
          new ConflictException("table_commit_conflict", text, context, error);
      case DATASET_EXISTS -> new ConflictException("table_exists", text, context, error);
      case REFERENCE_IN_USE ->
          new ConflictException("table_branch_referenced", text, context, error);
      case DATASET_MISSING, OBJECT_MISSING ->
          new NotFoundException("table_not_found", text, context, error);
      case COLUMNS_CHANGED ->
          new ConflictException(
              "schema_changed",
              text
                  + "; the schema of the branch changed while the write was being prepared -"
                  + " refresh and retry",
              context,
              error);
      case REFERENCE_INVALID, BAD_INPUT ->
          new BadRequestException("storage_bad_input", text, context, error);
      case UNSUPPORTED -> new BadRequestException("storage_unsupported", text, context, error);
      case OUT_OF_MEMORY ->
          new io.omnigraph.model.ResourceLimitException(
              "memory_limit",
              "the memory limit of the request is used up: " + text,
              context,
              error);
      case NETWORK -> new StorageException("storage_unreachable", text, context, error);
      case IO -> new StorageException("storage_io", text, context, error);
      case OTHER ->
          error instanceof RuntimeException
              ? new StorageException("storage_failed", text, context, error)
              : new InternalException("storage_failed", text, context, error);
    };
  }

  private static boolean has(String message, String part) {
    return message.contains(part);
  }

  /** All messages of the cause chain: the library wraps some failures of streams twice. */
  private static String messages(Throwable error) {
    StringBuilder all = new StringBuilder();
    int depth = 0;
    for (Throwable t = error; t != null && depth < 8; t = t.getCause(), depth++) {
      all.append(t.getMessage()).append('\n');
    }
    return all.toString();
  }

  private static String firstLine(Throwable error) {
    String message = String.valueOf(error.getMessage());
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    // The library appends places of its own source code; they help nobody.
    return line.replaceAll(",( location:)? [^ ,]*\\.rs:\\d+:\\d+", "");
  }
}
