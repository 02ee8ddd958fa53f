package dev.farsight.parquet.source;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;

/**
 * The heap that reading a row group takes: the columns that are read, packed as they are in the
 * file, and of each a page and the dictionary unpacked.
 */
final class GroupBytes {

  /** Of a page and a dictionary together: both have at most about 1 MiB as writers have it. */
  private static final long UNPACKED = 2L << 20;

  private GroupBytes() {}

  /** Of the largest row group; 0 if there is none. */
  static long most(List<BlockMetaData> groups, List<Field> fields) {
    Set<ColumnPath> read =
        fields.stream()
            .map(field -> ColumnPath.get(field.leaf().getPath()))
            .collect(Collectors.toSet());
    return groups.stream().mapToLong(group -> bytes(group, read)).max().orElse(0);
  }

  private static long bytes(BlockMetaData group, Set<ColumnPath> read) {
    long bytes = 0;
    for (ColumnChunkMetaData column : group.getColumns()) {
      if (read.contains(column.getPath())) {
        // A damaged footer may tell anything.
        bytes += Math.max(0, column.getTotalSize());
        bytes += Math.min(Math.max(0, column.getTotalUncompressedSize()), UNPACKED);
      }
    }
    return Math.max(0, bytes);
  }
}
