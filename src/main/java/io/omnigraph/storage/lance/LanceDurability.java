package io.omnigraph.storage.lance;

import io.omnigraph.model.BranchName;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.lance.LanceStagedWrite.StagedFile;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Forces files and their folders to a local disk, because the library never does. Nothing to do on
 * an object store, or where the operating system is trusted.
 */
final class LanceDurability {

  private final LanceContext context;

  /** Folders whose own names are on the disk for sure. */
  private final Set<Path> settled = ConcurrentHashMap.newKeySet();

  LanceDurability(LanceContext context) {
    this.context = context;
  }

  void forceStaged(LanceStagedWrite staged) {
    if (!context.mustForce()) {
      return;
    }
    Path table = folder(staged.base().address());
    guarded(
        staged.base().address(),
        () -> {
          Set<Path> folders = new LinkedHashSet<>();
          for (StagedFile file : staged.files()) {
            Path path = table.resolve(file.path());
            forceFile(path);
            folders.add(path.getParent());
            addUnsettled(folders, path.getParent(), table);
          }
          forceFolders(folders);
          settled.addAll(folders);
        });
  }

  /** A folder that is new itself needs its own name forced, in the folder above it; once. */
  private void addUnsettled(Set<Path> folders, Path folder, Path table) {
    Path at = folder;
    while (!at.equals(table) && !settled.contains(at)) {
      at = at.getParent();
      folders.add(at);
    }
  }

  /** A lineage is about to vanish: its folders will be new when it comes back. */
  void forget(TableAddress address) {
    if (context.root.isLocal()) {
      Path gone = folder(address);
      settled.removeIf(path -> path.startsWith(gone));
    }
  }

  void forceCommitted(LanceSnapshot snapshot) {
    if (!context.mustForce()) {
      return;
    }
    Path versions = folder(snapshot.address()).resolve("_versions");
    guarded(
        snapshot.address(),
        () -> {
          forceFile(versions.resolve(LanceSnapshot.manifestName(snapshot.version())));
          forceFolders(List.of(versions));
        });
  }

  void forceFork(LanceSnapshot fork) {
    TableAddress address = fork.address();
    BranchName name = address.branch();
    if (!context.mustForce() || name == null) {
      return;
    }
    guarded(
        address,
        () -> {
          Path table = context.root.path().resolve(address.path());
          Path branch = folder(address);
          forceTree(branch);
          for (Path up = branch.getParent(); !up.equals(table); up = up.getParent()) {
            forceFolders(List.of(up));
          }
          Path ref = context.root.path().resolve(context.refKey(address.path(), name));
          forceFile(ref);
          forceFolders(List.of(ref.getParent(), ref.getParent().getParent(), table));
        });
  }

  /** Forces the names of the branch references of a dataset: after one was removed. */
  void forceReferences(String path) {
    if (!context.mustForce()) {
      return;
    }
    guarded(
        TableAddress.main(path),
        () -> forceFile(context.root.path().resolve(context.refFolder(path))));
  }

  /** Forces a whole lineage: after a creation, an index build or a compaction. */
  void forceAll(TableAddress address) {
    if (!context.mustForce()) {
      return;
    }
    guarded(
        address,
        () -> {
          Path table = folder(address);
          forceTree(table);
          for (Path up = table.getParent();
              up != null && up.startsWith(context.root.path());
              up = up.getParent()) {
            forceFolders(List.of(up));
          }
        });
  }

  /** Forces files that appeared since another version: those of an index build or a compaction. */
  void forceNewer(TableAddress address, Set<Path> before) {
    if (!context.mustForce()) {
      return;
    }
    guarded(
        address,
        () -> {
          Set<Path> folders = new LinkedHashSet<>();
          for (Path file : files(folder(address))) {
            if (!before.contains(file) && forceIfThere(file)) {
              folders.add(file.getParent());
              folders.add(file.getParent().getParent());
            }
          }
          forceFolders(folders);
        });
  }

  /** The files of a lineage before something that makes new ones; empty if nothing needs force. */
  Set<Path> filesBefore(TableAddress address) {
    if (!context.mustForce()) {
      return Set.of();
    }
    Set<Path> files = new LinkedHashSet<>();
    guarded(address, () -> files.addAll(files(folder(address))));
    return files;
  }

  private Path folder(TableAddress address) {
    return context.root.path().resolve(context.key(address));
  }

  private static List<Path> files(Path folder) throws IOException {
    Path branches = folder.resolve("tree");
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes attributes) {
            return at.equals(branches) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            found.add(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
    return found;
  }

  private void forceTree(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = walk.toList();
    }
    for (Path path : paths) {
      forceFile(path);
    }
  }

  /** A file that a concurrent writer is still composing gets its name only when it is complete. */
  private boolean forceIfThere(Path file) throws IOException {
    try {
      forceFile(file);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private void forceFolders(Iterable<Path> folders) throws IOException {
    for (Path folder : folders) {
      forceFile(folder);
    }
  }

  private void forceFile(Path path) throws IOException {
    context.options.forcer().force(path);
  }

  private interface Forcing {
    void run() throws IOException;
  }

  private static void guarded(TableAddress address, Forcing forcing) {
    try {
      forcing.run();
    } catch (IOException | java.io.UncheckedIOException e) {
      throw LanceErrors.translate(e, "force to disk the files of", address);
    }
  }
}
