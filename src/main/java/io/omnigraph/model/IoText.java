package io.omnigraph.model;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** I/O problems in words: the messages of file exceptions are often nothing but the file's name. */
public final class IoText {

  private IoText() {}

  /** What went wrong, without the name of the file. */
  public static String of(IOException problem) {
    return switch (problem) {
      case NoSuchFileException missing -> "no such file or directory";
      case AccessDeniedException denied -> "permission denied";
      case NotDirectoryException file -> "not a directory";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      default ->
          problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage();
    };
  }
}
