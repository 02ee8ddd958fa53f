package dev.farsight.engine.remote;

import dev.farsight.api.FarsightException;
import dev.farsight.engine.metrics.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.util.List;

/** Reads and writes checked files in the store. Memory: a buffer a file. */
record Store(RemoteFiles files) {

  private static final int MOST_JSON_BYTES = 1 << 24;
  private static final int BUFFER_BYTES = 1 << 18;

  String address() {
    return files.address();
  }

  /** The names of all files in a folder and below, relative to it. */
  List<String> names(String folder) throws IOException {
    String begin = folder + "/";
    return files.list(folder).stream()
        .filter(name -> name.startsWith(begin))
        .map(name -> name.substring(begin.length()))
        .toList();
  }

  void delete(String name) throws IOException {
    files.delete(name);
  }

  void write(String name, byte[] content) throws IOException {
    files.write(name, new ByteArrayInputStream(content), content.length);
  }

  /** Writes a piece of a file. */
  RemoteFile write(String name, Path file, String path, long start, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < start + bytes) {
        throw new FarsightException(
            file + ": has " + channel.size() + " bytes of " + (start + bytes));
      }
      channel.position(start);
      var digest = Sha256.create();
      var in =
          new DigestInputStream(new FirstBytes(Channels.newInputStream(channel), bytes), digest);
      files.write(name, in, bytes);
      return new RemoteFile(path, start, bytes, Sha256.hex(digest.digest()), name);
    }
  }

  /** The content of a small file. */
  byte[] read(String name) throws IOException {
    try (InputStream in = files.read(name)) {
      byte[] bytes = in.readNBytes(MOST_JSON_BYTES + 1);
      if (bytes.length > MOST_JSON_BYTES) {
        throw new FarsightException(address() + "/" + name + ": is damaged: it is too long");
      }
      return bytes;
    }
  }

  /** The content of a small file, checked. */
  byte[] read(RemoteFile file) throws IOException {
    byte[] bytes = read(file.name());
    requireSame(file, bytes.length, Sha256.hex(Sha256.create().digest(bytes)));
    return bytes;
  }

  /**
   * Copies a piece of a file here, to where it was.
   *
   * @throws FarsightException if it is damaged
   */
  void fetch(RemoteFile piece, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    var digest = Sha256.create();
    long copied = 0;
    try (var in = new DigestInputStream(files.read(piece.name()), digest);
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.position(piece.start());
      OutputStream out = Channels.newOutputStream(channel);
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer);
          read >= 0 && copied <= piece.bytes();
          read = in.read(buffer)) {
        out.write(buffer, 0, read);
        copied += read;
      }
    }
    requireSame(piece, copied, Sha256.hex(digest.digest()));
  }

  private void requireSame(RemoteFile file, long bytes, String sha256) {
    String what = address() + "/" + file.name() + ": is damaged: ";
    if (bytes != file.bytes()) {
      throw new FarsightException(
          what
              + "it has "
              + (bytes > file.bytes() ? "more than " : bytes + " of ")
              + file.bytes()
              + " bytes");
    }
    if (!sha256.equals(file.sha256())) {
      throw new FarsightException(what + "its SHA-256 is wrong");
    }
  }

  /** The first bytes of a stream. */
  private static final class FirstBytes extends InputStream {

    private final InputStream in;
    private long left;

    FirstBytes(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      int next = left == 0 ? -1 : in.read();
      left -= next < 0 ? 0 : 1;
      return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = left == 0 ? -1 : in.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(0, read);
      return read;
    }
  }
}
