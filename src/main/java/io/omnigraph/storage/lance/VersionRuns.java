package io.omnigraph.storage.lance;

import io.omnigraph.model.InternalException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lance.FragmentMetadata;
import org.lance.fragment.VersionMeta;

/**
 * Shortens what the library notes about the rows of a merged fragment: for each run of rows the
 * version that made them, and the one that changed them last. Every table manifest repeats the
 * notes, so that without this each commit would write some thirty bytes for every commit before it.
 * The runs of a fragment become one, with a version that is at least as great as theirs: whoever
 * asks for the rows that changed since a later version gets exactly those, and since an earlier
 * version all rows of the fragment.
 */
final class VersionRuns {

  /** Up to so many characters a note is left as it is: about thirty runs. */
  private static final int SHORT = 1_500;

  private static final Pattern INLINE = Pattern.compile("\\{\"inline\":\\[([0-9, ]+)]}");
  private static final long VERSION = 2;

  private VersionRuns() {}

  /** The fragments whose notes are long, with short ones. */
  static List<FragmentMetadata> shortened(List<FragmentMetadata> fragments) {
    List<FragmentMetadata> changed = new ArrayList<>();
    for (FragmentMetadata fragment : fragments) {
      VersionMeta created = fragment.getCreatedAtVersionMeta();
      VersionMeta updated = fragment.getLastUpdatedAtVersionMeta();
      if (isLong(created) || isLong(updated)) {
        changed.add(
            new FragmentMetadata(
                fragment.getId(),
                fragment.getFiles(),
                fragment.getPhysicalRows(),
                fragment.getDeletionFile(),
                fragment.getRowIdMeta(),
                shortened(created, fragment.getPhysicalRows()),
                shortened(updated, fragment.getPhysicalRows())));
      }
    }
    return changed;
  }

  private static boolean isLong(@Nullable VersionMeta meta) {
    return meta != null
        && meta.getMetadata().length() > SHORT
        && INLINE.matcher(meta.getMetadata()).matches();
  }

  private static @Nullable VersionMeta shortened(@Nullable VersionMeta meta, long rows) {
    return meta == null || !isLong(meta)
        ? meta
        : new VersionMeta(oneRun(rows, newestVersion(meta.getMetadata())));
  }

  /** The greatest version that a note names. */
  static long newestVersion(String note) {
    Matcher inline = INLINE.matcher(note);
    if (!inline.matches()) {
      throw new InternalException(
          "row_versions_unreadable", "the storage library notes the versions of rows in a new way");
    }
    String[] numbers = inline.group(1).split(",");
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(numbers[i].strip());
    }
    long newest = 0;
    ByteBuffer sequence = ByteBuffer.wrap(bytes);
    while (sequence.hasRemaining()) {
      ByteBuffer run = content(sequence, 1);
      content(run, 1);
      if (varint(run) != (VERSION << 3)) {
        throw new InternalException(
            "row_versions_unreadable", "a run of rows has no version where it is expected");
      }
      newest = Math.max(newest, varint(run));
    }
    return newest;
  }

  private static ByteBuffer content(ByteBuffer message, int field) {
    long tag = varint(message);
    int length = (int) varint(message);
    if (tag != ((long) field << 3 | 2) || length > message.remaining()) {
      throw new InternalException(
          "row_versions_unreadable", "a run of rows is not written as it is expected");
    }
    ByteBuffer content = message.slice(message.position(), length);
    message.position(message.position() + length);
    return content;
  }

  private static long varint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; bytes.hasRemaining(); shift += 7) {
      byte next = bytes.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        break;
      }
    }
    return value;
  }

  /**
   * In the words of the library: protocol-buffer messages {@code sequence{1: run{1: segment{1:
   * range{2: end}}, 2: version}}} as a list of numbers.
   */
  static String oneRun(long rows, long version) {
    byte[] range = number(2, rows);
    byte[] run = joined(message(1, message(1, range)), number((int) VERSION, version));
    byte[] sequence = message(1, run);
    return IntStream.range(0, sequence.length)
        .mapToObj(i -> Integer.toString(sequence[i] & 0xff))
        .collect(Collectors.joining(",", "{\"inline\":[", "]}"));
  }

  private static byte[] message(int field, byte[] content) {
    return joined(varint((long) field << 3 | 2), varint(content.length), content);
  }

  private static byte[] number(int field, long value) {
    return joined(varint((long) field << 3), varint(value));
  }

  private static byte[] varint(long value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
