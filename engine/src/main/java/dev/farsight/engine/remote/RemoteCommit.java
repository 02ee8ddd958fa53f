package dev.farsight.engine.remote;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.farsight.api.FarsightException;
import dev.farsight.api.internal.JsonFile;
import dev.farsight.engine.metrics.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file that makes a checkpoint of what the processes have brought to the store. It is written
 * last. Its first line has the SHA-256 and the length of the others: so a file that was not written
 * to its end, which is no checkpoint, is told from one that was damaged later.
 *
 * @param step of the checkpoint
 * @param pinned the name of another checkpoint that is kept with it; empty if there is none
 * @param parts by process: the list of its files
 */
record RemoteCommit(long step, String pinned, List<RemoteFile> parts) {

  private static final Pattern SEAL = Pattern.compile("[0-9a-f]{64} (\\d{8})\n");
  private static final int SEAL_BYTES = 64 + 1 + 8 + 1;

  int processes() {
    return parts.size();
  }

  byte[] sealed() {
    byte[] json =
        bytes(
            Map.of(
                "step",
                step,
                "pinned",
                pinned,
                "parts",
                parts.stream().map(RemoteFile::json).toList()));
    byte[] seal = seal(json).getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(seal, seal.length + json.length);
    System.arraycopy(json, 0, all, seal.length, json.length);
    return all;
  }

  /**
   * @throws FarsightException if it is damaged, or was not written to its end
   */
  static RemoteCommit of(String name, byte[] sealed) {
    byte[] json = Arrays.copyOfRange(sealed, Math.min(SEAL_BYTES, sealed.length), sealed.length);
    if (!begin(sealed).equals(seal(json))) {
      throw new FarsightException(name + ": is damaged: its SHA-256 is wrong");
    }
    return JsonFile.parse(
        Path.of(name),
        json,
        config ->
            new RemoteCommit(
                config.getLong("step"),
                config.getString("pinned"),
                config.getConfigList("parts").stream().map(RemoteFile::of).toList()));
  }

  /** Whether a file is only the beginning of one: its writer has ended, or is still writing. */
  static boolean isUnfinished(byte[] sealed) {
    String begin = begin(sealed);
    Matcher seal = SEAL.matcher(begin);
    return seal.matches()
        ? sealed.length < SEAL_BYTES + Integer.parseInt(seal.group(1))
        : begin.length() < SEAL_BYTES && seal.hitEnd();
  }

  private static String begin(byte[] sealed) {
    return new String(sealed, 0, Math.min(SEAL_BYTES, sealed.length), StandardCharsets.ISO_8859_1);
  }

  private static String seal(byte[] json) {
    return String.format(
        Locale.ROOT, "%s %08d\n", Sha256.hex(Sha256.create().digest(json)), json.length);
  }

  static byte[] bytes(Map<String, ?> json) {
    String text =
        ConfigFactory.parseMap(json)
            .root()
            .render(ConfigRenderOptions.concise().setFormatted(true));
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
