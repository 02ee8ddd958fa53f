package dev.farsight.bench.store;

import dev.farsight.api.FarsightException;
import dev.farsight.api.memory.RowBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.FlushOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB, tuned for point look-ups: bloom filters, a hash index in blocks, no compression, direct
 * buffers through JNI, multiGet and WriteBatch, no write-ahead log (which it would need to survive
 * what the others survive; without it is its fastest). Of its memory a quarter is write buffers,
 * the rest block cache, with index and filters in it. Where memory is short, files are read past
 * the page cache, which would be memory beyond the budget; else through it, as the others do.
 */
final class RocksPeer implements Peer {

  private static final int KEY_BYTES = Long.BYTES;

  private final Path directory;
  private final int rowBytes;
  private final Cache cache;
  private final BloomFilter filter;
  private final Options options;
  private final WriteOptions writes;
  private final ReadOptions reads;
  private final RocksDB db;

  /**
   * @param memory bytes for its caches and buffers
   * @param pageCache whether it may use the page cache besides
   * @param threads for flushing and compaction
   */
  RocksPeer(Path directory, int rowBytes, long memory, boolean pageCache, int threads) {
    RocksDB.loadLibrary();
    this.directory = directory;
    this.rowBytes = rowBytes;
    cache = new LRUCache(memory * 3 / 4);
    filter = new BloomFilter(10);
    writes = new WriteOptions().setDisableWAL(true);
    reads = new ReadOptions().setVerifyChecksums(true);
    options =
        new Options()
            .setCreateIfMissing(true)
            .setCompressionType(CompressionType.NO_COMPRESSION)
            .setWriteBufferSize(memory / 16)
            .setMaxWriteBufferNumber(4)
            .setMaxBackgroundJobs(threads)
            .setUseDirectReads(!pageCache)
            .setUseDirectIoForFlushAndCompaction(!pageCache)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setBlockSize(4096)
                    .setCacheIndexAndFilterBlocks(true)
                    .setPinL0FilterAndIndexBlocksInCache(true)
                    .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash)
                    .setFilterPolicy(filter));
    try {
      db = RocksDB.open(options, directory.toString());
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  private FarsightException failed(RocksDBException e) {
    return new FarsightException(directory + ": RocksDB: " + e.getMessage(), e);
  }

  @Override
  public String name() {
    return "RocksDB";
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public Caller caller() {
    return new Batches();
  }

  @Override
  public void flush() {
    try (var wait = new FlushOptions().setWaitForFlush(true)) {
      db.flush(wait);
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  /** Else its compaction would run beside the others' turns. */
  @Override
  public void settle() {
    flush();
    try {
      while (db.getLongProperty("rocksdb.compaction-pending")
              + db.getLongProperty("rocksdb.num-running-compactions")
              + db.getLongProperty("rocksdb.num-running-flushes")
          > 0) {
        LockSupport.parkNanos(10_000_000);
      }
    } catch (RocksDBException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    db.close();
    options.close();
    writes.close();
    reads.close();
    filter.close();
    cache.close();
  }

  /** Keys and values of a thread: windows of its ring and of a buffer of keys, made once. */
  private final class Batches implements Caller {

    private final List<ByteBuffer> keys = new ArrayList<>();
    private final List<ByteBuffer> values = new ArrayList<>();
    private final WriteBatch batch = new WriteBatch();
    private RowBuffer ring;

    private void prepare(long[] ids, int count, RowBuffer buffer) {
      if (buffer != ring || keys.size() != count) {
        ring = buffer;
        keys.clear();
        values.clear();
        ByteBuffer all =
            ByteBuffer.allocateDirect(count * KEY_BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < count; i++) {
          keys.add(all.slice(i * KEY_BYTES, KEY_BYTES).order(ByteOrder.BIG_ENDIAN));
          values.add(buffer.bytes().slice(buffer.byteAt(i), rowBytes));
        }
      }
      for (int i = 0; i < count; i++) {
        keys.get(i).clear().putLong(0, ids[i]);
        values.get(i).clear();
      }
    }

    @Override
    public void read(long[] ids, int count, RowBuffer into) {
      prepare(ids, count, into);
      try {
        for (var status : db.multiGetByteBuffers(reads, keys, values)) {
          if (status.requiredSize != rowBytes) {
            throw new FarsightException("RocksDB lost a row");
          }
        }
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void write(long[] ids, int count, RowBuffer source) {
      prepare(ids, count, source);
      try {
        batch.clear();
        for (int i = 0; i < count; i++) {
          batch.put(keys.get(i), values.get(i));
        }
        db.write(writes, batch);
      } catch (RocksDBException e) {
        throw failed(e);
      }
    }

    @Override
    public void close() {
      batch.close();
    }
  }
}
