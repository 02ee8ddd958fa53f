package dev.farsight.models.dlrm;

import dev.farsight.api.config.Settings;
import java.util.Arrays;
import java.util.List;

/**
 * The keys of {@code farsight.model.dlrm}.
 *
 * @param bottom widths of the bottom MLP's layers before its last
 * @param top widths of the top MLP's layers before its last
 */
record DlrmSettings(List<Integer> bottom, Interaction interaction, List<Integer> top) {

  private static final int MAX_WIDTH = 1 << 16;
  private static final int MAX_CROSS_LAYERS = 64;
  private static final List<String> INTERACTIONS = List.of("dot", "cross");

  static DlrmSettings of(Settings own) {
    return new DlrmSettings(widths(own, "bottom-mlp"), interaction(own), widths(own, "top-mlp"));
  }

  private static Interaction interaction(Settings own) {
    int layers = own.integer("cross-layers", 1, MAX_CROSS_LAYERS);
    int rank = own.has("cross-rank") ? own.integer("cross-rank", 0, MAX_WIDTH) : 0;
    boolean dot = own.choice("interaction", INTERACTIONS).equals("dot");
    return dot ? Interaction.DOT : new Interaction.Cross(layers, rank);
  }

  private static List<Integer> widths(Settings own, String key) {
    return Arrays.stream(own.integers(key, 1, MAX_WIDTH)).boxed().toList();
  }
}
