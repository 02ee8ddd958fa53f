package dev.farsight.spark.train;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/**
 * {@code faulty://}: files of this machine, as an object store has them. A file is there when it is
 * closed, and nothing can be renamed or appended to. A share of the writes fails, at random; some
 * leave a piece of the file.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {

  /** The share of writes that fail, and the seed. */
  static final String SHARE = "faulty.share";

  static final String SEED = "faulty.seed";

  private static final AtomicLong OPENED = new AtomicLong();

  private Random random;

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    // Each process and each attempt has other faults.
    random =
        new Random(
            conf.getLong(SEED, 1)
                + 1000 * ProcessHandle.current().pid()
                + OPENED.incrementAndGet());
  }

  @Override
  public URI getUri() {
    return URI.create("faulty:///");
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public boolean rename(Path from, Path to) {
    throw new UnsupportedOperationException("an object store renames nothing");
  }

  @Override
  public FSDataOutputStream append(Path file, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("an object store appends nothing");
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress) {
    var content =
        new ByteArrayOutputStream() {
          private boolean closed;

          @Override
          public void close() throws IOException {
            if (!closed) {
              closed = true;
              put(file, toByteArray());
            }
          }
        };
    return new FSDataOutputStream(content, null);
  }

  @Override
  public FileStatus getFileStatus(Path file) throws IOException {
    return here(super.getFileStatus(file));
  }

  @Override
  public FileStatus[] listStatus(Path file) throws IOException {
    return Arrays.stream(super.listStatus(file))
        .map(FaultyFileSystem::here)
        .toArray(FileStatus[]::new);
  }

  /** Without the permissions, which a file system of the scheme file alone finds. */
  private static FileStatus here(FileStatus of) {
    return new FileStatus(
        of.getLen(),
        of.isDirectory(),
        1,
        of.getBlockSize(),
        of.getModificationTime(),
        of.getPath());
  }

  private synchronized void put(Path file, byte[] content) throws IOException {
    boolean fails = random.nextDouble() < getConf().getDouble(SHARE, 0);
    int bytes = fails ? random.nextInt(content.length + 1) : content.length;
    try (var out = super.create(file, true, 4096, (short) 1, 1 << 20, null)) {
      out.write(Arrays.copyOf(content, bytes));
    }
    if (fails && random.nextBoolean()) {
      throw new IOException("injected: " + file);
    }
  }
}
