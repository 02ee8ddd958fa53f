package dev.farsight.engine.run;

import dev.farsight.api.compute.DenseState;
import dev.farsight.engine.metrics.Sha256;
import dev.farsight.engine.pipeline.LaneParts;
import dev.farsight.engine.process.AgreedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The dense parameters that all ranks of several processes have for themselves, and update alike.
 */
public final class EqualParameters {

  private EqualParameters() {}

  /**
   * Compares digests of the dense parameters and their optimizer state on all ranks, while the
   * pipeline is at rest. All processes call this at the same place. Reads each parameter once; with
   * one process it does nothing.
   *
   * @param when in the message, such as {@code after training}
   * @throws AgreedException in all processes, if they differ
   */
  public static void require(Session session, String when) {
    if (session.processes().isAlone()) {
      return;
    }
    String own =
        session.lanes().stream()
            .map(LaneParts::lane)
            .map(lane -> digest(lane.step().dense()) + " " + lane.watch().name())
            .collect(Collectors.joining("\n"));
    List<String[]> ranks =
        session.processes().gather(own).stream()
            .flatMap(String::lines)
            .map(line -> line.split(" ", 2))
            .toList();
    String[] first = ranks.get(0);
    for (String[] rank : ranks) {
      if (!rank[0].equals(first[0])) {
        throw new AgreedException(
            "the dense parameters of %s differ from those of %s %s (SHA-256 %s, %s): this is a fault of compute.backend %s, and the model is of no use"
                .formatted(rank[1], first[1], when, rank[0], first[0], backend(session)));
      }
    }
  }

  private static String backend(Session session) {
    return session.settings().farsight().section("compute").string("backend");
  }

  private static String digest(DenseState dense) {
    MessageDigest digest = Sha256.create();
    for (int p = 0; p < dense.parameters().size(); p++) {
      var values = new float[dense.parameters().get(p).size()];
      dense.read(p, values);
      var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      digest.update(bytes);
    }
    return Sha256.hex(digest.digest());
  }
}
