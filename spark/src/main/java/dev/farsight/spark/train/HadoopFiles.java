package dev.farsight.spark.train;

import dev.farsight.api.config.ConfigException;
import dev.farsight.engine.remote.RemoteFiles;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * Files of any file system that Hadoop knows. Nothing is renamed, and no file is changed, so an
 * object store does as well as HDFS.
 */
final class HadoopFiles implements RemoteFiles {

  private static final int BUFFER_BYTES = 1 << 18;

  private final FileSystem system;
  private final Path root;

  private HadoopFiles(FileSystem system, Path root) {
    this.system = system;
    this.root = root;
  }

  /**
   * @param address of a folder, which need not exist; without a scheme, on Hadoop's default file
   *     system
   * @throws ConfigException if there is no such file system
   */
  static HadoopFiles of(String address, Configuration hadoop) {
    try {
      var path = new Path(address);
      FileSystem system = path.getFileSystem(hadoop);
      return new HadoopFiles(system, system.makeQualified(path));
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(address, e);
    }
  }

  private static ConfigException unusable(String address, Exception e) {
    return new ConfigException("farsight.run.store = " + address + ": cannot be used: " + e, e);
  }

  /**
   * Writes a file and deletes it.
   *
   * @throws ConfigException if it cannot be written
   */
  void requireWritable() {
    String probe = "probe-" + UUID.randomUUID();
    try {
      write(probe, InputStream.nullInputStream(), 0);
      delete(probe);
    } catch (IOException | RuntimeException e) {
      throw unusable(address(), e);
    }
  }

  @Override
  public String address() {
    return root.toString();
  }

  private Path path(String name) {
    return new Path(root, name);
  }

  /** The address of a file. */
  String address(String name) {
    return path(name).toString();
  }

  boolean exists(String name) throws IOException {
    return system.exists(path(name));
  }

  @Override
  public List<String> list(String folder) throws IOException {
    String above = root.toUri().getPath();
    int begin = above.endsWith("/") ? above.length() : above.length() + 1;
    List<String> names = new ArrayList<>();
    try {
      var files = system.listFiles(path(folder), true);
      while (files.hasNext()) {
        FileStatus file = files.next();
        names.add(file.getPath().toUri().getPath().substring(begin));
      }
      return names;
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  @Override
  public void write(String name, InputStream content, long bytes) throws IOException {
    Path file = path(name);
    FSDataOutputStream out = system.create(file, true);
    boolean written = false;
    try {
      copy(content, out, bytes, name);
      if (out.hasCapability(StreamCapabilities.HSYNC)) {
        out.hsync();
      }
      written = true;
    } finally {
      // Closing is what makes an object of what was written so far.
      if (!written && out.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
        out.abort();
      } else {
        out.close();
      }
    }
    long there = system.getFileStatus(file).getLen();
    if (there != bytes) {
      throw new IOException(file + ": has " + there + " bytes of " + bytes);
    }
  }

  private static void copy(InputStream in, FSDataOutputStream out, long bytes, String name)
      throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(1, bytes))];
    long copied = 0;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
      copied += read;
    }
    if (copied != bytes) {
      throw new EOFException(name + ": " + copied + " bytes of " + bytes + " could be read");
    }
  }

  @Override
  public InputStream read(String name) throws IOException {
    return system.open(path(name));
  }

  @Override
  public void delete(String name) throws IOException {
    system.delete(path(name), false);
  }
}
