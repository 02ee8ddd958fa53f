package dev.farsight.engine;

import dev.farsight.engine.remote.RemoteFiles;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A store in memory, which fails at random: a write leaves nothing, a piece of the file, or all of
 * it, and then throws.
 */
public final class MemoryFiles implements RemoteFiles {

  private final NavigableMap<String, byte[]> files = new ConcurrentSkipListMap<>();
  private final Random random;
  private volatile double failing;

  public MemoryFiles(long seed) {
    random = new Random(seed);
  }

  /**
   * From now on.
   *
   * @param share of the operations
   */
  public MemoryFiles fail(double share) {
    failing = share;
    return this;
  }

  /** The files by name, to look at and to damage. */
  public NavigableMap<String, byte[]> files() {
    return files;
  }

  private boolean fails() {
    synchronized (random) {
      return random.nextDouble() < failing;
    }
  }

  @Override
  public String address() {
    return "memory://store";
  }

  @Override
  public List<String> list(String folder) throws IOException {
    if (fails()) {
      throw new IOException("injected: list");
    }
    return files.keySet().stream().filter(name -> name.startsWith(folder + "/")).toList();
  }

  @Override
  public void write(String name, InputStream content, long bytes) throws IOException {
    byte[] all = content.readAllBytes();
    if (all.length != bytes) {
      throw new IOException(name + ": " + all.length + " bytes of " + bytes);
    }
    if (fails()) {
      int length;
      synchronized (random) {
        length = random.nextInt(all.length + 2) - 1;
      }
      if (length >= 0) {
        files.put(name, Arrays.copyOf(all, length));
      }
      throw new IOException("injected: write");
    }
    files.put(name, all);
  }

  @Override
  public InputStream read(String name) throws IOException {
    if (fails()) {
      throw new IOException("injected: read");
    }
    byte[] content = files.get(name);
    if (content == null) {
      throw new FileNotFoundException(name);
    }
    return new ByteArrayInputStream(content);
  }

  @Override
  public void delete(String name) throws IOException {
    if (fails()) {
      throw new IOException("injected: delete");
    }
    files.remove(name);
  }
}
