package dev.farsight.reading.file;

import dev.farsight.api.internal.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Tells files of data by their content: SHA-256 over number, length and samples of the files, in
 * their order. Names and places do not count. A file of up to 2 MiB is read whole; of a larger one
 * 32 blocks of 64 KiB are read, the first and the last one and others at equal distances between
 * them. So it costs 2 MiB of reading a file, whatever its size; a change that misses all blocks and
 * keeps the length is not seen.
 */
public final class ContentSample {

  private static final int BLOCKS = 32;
  private static final int BLOCK_BYTES = 1 << 16;

  private ContentSample() {}

  /** The identity of files; empty if one of them can be read only once, such as a pipe. */
  public static String of(List<Path> files) {
    if (!files.stream().allMatch(Files::isRegularFile)) {
      return "";
    }
    MessageDigest digest = sha256();
    long bytes = 0;
    for (Path file : files) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        bytes += channel.size();
        add(channel, digest);
      } catch (IOException e) {
        throw DurableFiles.unreadable(file, e);
      }
    }
    return String.format(
        Locale.ROOT,
        "%d files of %d bytes, %s",
        files.size(),
        bytes,
        HexFormat.of().formatHex(digest.digest()));
  }

  private static void add(FileChannel channel, MessageDigest digest) throws IOException {
    long size = channel.size();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(size).flip());
    if (size <= (long) BLOCKS * BLOCK_BYTES) {
      addBlock(channel, 0, (int) size, digest);
      return;
    }
    long last = size - BLOCK_BYTES;
    for (int block = 0; block < BLOCKS; block++) {
      long position = last / (BLOCKS - 1) * block + last % (BLOCKS - 1) * block / (BLOCKS - 1);
      addBlock(channel, position, BLOCK_BYTES, digest);
    }
  }

  private static void addBlock(FileChannel channel, long position, int bytes, MessageDigest digest)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(bytes);
    while (block.hasRemaining()) {
      if (channel.read(block, position + block.position()) < 0) {
        throw new IOException("it became shorter while it was read");
      }
    }
    digest.update(block.flip());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
