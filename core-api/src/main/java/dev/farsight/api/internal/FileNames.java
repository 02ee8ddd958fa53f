package dev.farsight.api.internal;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names of files for names that may contain anything. ASCII letters and digits, {@code _}, {@code
 * -} and, but for the first character, {@code .} stay as they are; any other byte of the name's
 * UTF-8 becomes {@code %XX}. If that is longer than 120 characters, its first 120 are followed by
 * {@code ~} and the first 16 hexadecimal digits of the SHA-256 of the name's UTF-8. Different names
 * have different files, each directly in the folder.
 */
public final class FileNames {

  private static final int LONGEST = 120;
  private static final int DIGEST_DIGITS = 16;
  private static final HexFormat HEX = HexFormat.of();

  private FileNames() {}

  /** The file name for a name, without a suffix. */
  public static String of(String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    var text = new StringBuilder(utf8.length);
    for (byte b : utf8) {
      if (stays((char) (b & 0xff)) || (b == '.' && !text.isEmpty())) {
        text.append((char) b);
      } else {
        text.append('%').append(HEX.withUpperCase().toHexDigits(b));
      }
    }
    return text.length() <= LONGEST
        ? text.toString()
        : text.substring(0, LONGEST) + "~" + HEX.formatHex(sha256(utf8), 0, DIGEST_DIGITS / 2);
  }

  /**
   * The file in a folder that was written for a name. Earlier versions took the name as it is: such
   * a file is found where there is no other.
   */
  public static Path written(Path folder, String name, String suffix) {
    Path file = folder.resolve(of(name) + suffix);
    if (Files.exists(file) || name.indexOf('/') >= 0) {
      return file;
    }
    try {
      Path earlier = folder.resolve(name + suffix);
      return folder.equals(earlier.getParent()) && Files.exists(earlier) ? earlier : file;
    } catch (InvalidPathException e) {
      return file;
    }
  }

  private static boolean stays(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '-';
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
