package dev.farsight.models.ctr;

import dev.farsight.api.config.Settings;
import dev.farsight.api.model.Model;
import dev.farsight.api.model.ModelContext;
import dev.farsight.api.model.ModelFactory;
import java.util.List;
import java.util.Locale;

/** Makes {@link Dcn} from the section {@code model.dcn}. */
public final class DcnFactory implements ModelFactory {

  private static final int MAX_LAYERS = 64;
  private static final int MAX_RANK = 1 << 16;
  private static final List<String> STRUCTURES = List.of("stacked", "parallel");

  @Override
  public String name() {
    return "dcn";
  }

  @Override
  public void check(Settings model, Settings own) {
    dcn(own, false);
  }

  @Override
  public Model create(ModelContext context) {
    return dcn(context.own(), context.schema().denseWidth() > 0);
  }

  private static Dcn dcn(Settings own, boolean dense) {
    return new Dcn(
        dense,
        own.integer("cross-layers", 1, MAX_LAYERS),
        own.has("cross-rank") ? own.integer("cross-rank", 0, MAX_RANK) : 0,
        Dcn.Structure.valueOf(own.choice("structure", STRUCTURES).toUpperCase(Locale.ROOT)),
        Tower.of(own));
  }

  @Override
  public boolean changesPredictions(String key) {
    return !key.equals("dropout");
  }
}
