package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is full in the middle of writes, and one that turns read-only. It takes a small file
 * system of its own, which not every machine lets a test mount; elsewhere this one is skipped.
 */
class FullDiskTest {

  private static final String MOUNT_AND_RUN =
      "mount -t tmpfs -o size=100m tmpfs \"$0\" && exec \"$@\"";

  @TempDir Path folder;

  @Test
  void writes_that_find_no_room_are_refused_and_nothing_is_lost_or_half_visible() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    List<String> unshare = List.of("unshare", "-rm", "sh", "-c", MOUNT_AND_RUN, disk.toString());
    Assumptions.assumeTrue(works(unshare), "this machine does not let a test mount a file system");
    int rounds = 3 * Integer.getInteger("soak.factor", 1);
    try (ChildProcess child =
        ChildProcess.start(
            folder, unshare, FullDiskProgram.class, disk.toString(), Integer.toString(rounds))) {
      String full = child.line();
      assertThat(full).as(child.log()).matches("full: acknowledged \\d+, refused with \\[.+]");
      String readOnly = child.line();
      assertThat(readOnly).as(child.log()).matches("read-only: refused with \\[.+]");
      assertThat(child.exitCode()).isZero();
    }
  }

  private static boolean works(List<String> unshare) throws InterruptedException {
    List<String> command = new java.util.ArrayList<>(unshare);
    command.add("true");
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
