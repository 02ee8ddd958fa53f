package dev.farsight.models.dlrm;

import dev.farsight.api.config.Settings;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;
import java.util.Arrays;
import java.util.List;

/** Makes {@link Dlrm} from the section {@code model.dlrm}. */
public final class DlrmFactory implements ModelFactory {

  private static final int MAX_WIDTH = 1 << 16;
  private static final int MAX_CROSS_LAYERS = 64;
  private static final List<String> INTERACTIONS = List.of("dot", "cross");

  @Override
  public String name() {
    return "dlrm";
  }

  @Override
  public Model create(ModelContext context) {
    List<Integer> bottom = widths(context.own(), "bottom-mlp");
    Interaction interaction = interaction(context.own());
    List<Integer> top = widths(context.own(), "top-mlp");
    if (context.schema().denseWidth() == 0) {
      throw context
          .model()
          .bad(
              "type",
              "needs dense features for its bottom-mlp, and the data has none: name some (data.csv.dense, data.synthetic.dense), or choose a model that does without");
    }
    return new Dlrm(context.dim(), bottom, interaction, top);
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
