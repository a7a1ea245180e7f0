package io.omnigraph.storage.lance;

import io.omnigraph.storage.StagedFiles;
import io.omnigraph.storage.TableAddress;
import java.util.List;
import org.lance.FragmentMetadata;

/** Data files that wait to be named by a transaction. */
record LanceStagedFiles(TableAddress address, List<FragmentMetadata> fragments)
    implements StagedFiles {

  LanceStagedFiles {
    fragments = List.copyOf(fragments);
  }

  @Override
  public long rowCount() {
    return fragments.stream().mapToLong(FragmentMetadata::getPhysicalRows).sum();
  }

  @Override
  public List<String> dataFiles() {
    return fragments.stream().map(fragment -> fragment.getFiles().get(0).getPath()).toList();
  }

  @Override
  public long byteSize() {
    return fragments.stream()
        .flatMap(fragment -> fragment.getFiles().stream())
        .mapToLong(file -> file.getFileSizeBytes() == null ? 0 : file.getFileSizeBytes())
        .sum();
  }
}
