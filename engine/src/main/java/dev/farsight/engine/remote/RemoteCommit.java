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
import java.util.Map;

/**
 * The file that makes a checkpoint of what the processes have brought to the store. It is written
 * last. Its first line is the SHA-256 of the others: a file that was not written to its end is none.
 *
 * @param step of the checkpoint
 * @param pinned the name of another checkpoint that is kept with it; empty if there is none
 * @param parts by process: the list of its files
 */
record RemoteCommit(long step, String pinned, List<RemoteFile> parts) {

  private static final int SEAL_CHARS = 64;

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
    byte[] seal = (seal(json) + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(seal, seal.length + json.length);
    System.arraycopy(json, 0, all, seal.length, json.length);
    return all;
  }

  /**
   * @throws FarsightException if it is damaged, or was not written to its end
   */
  static RemoteCommit of(String name, byte[] sealed) {
    int begin = SEAL_CHARS + 1;
    byte[] json = sealed.length < begin ? new byte[0] : Arrays.copyOfRange(sealed, begin, sealed.length);
    String seal = new String(sealed, 0, Math.min(SEAL_CHARS, sealed.length), StandardCharsets.US_ASCII);
    if (!seal.equals(seal(json))) {
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

  private static String seal(byte[] json) {
    return Sha256.hex(Sha256.create().digest(json));
  }

  static byte[] bytes(Map<String, ?> json) {
    String text =
        ConfigFactory.parseMap(json)
            .root()
            .render(ConfigRenderOptions.concise().setFormatted(true));
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
