package dev.farsight.compute.jcuda;

import dev.farsight.api.compute.DenseState;
import dev.farsight.api.model.Op;
import dev.farsight.api.model.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Where each dense parameter of a tape lies among all of them: first those whose gradients are
 * matrix products, then those whose gradients are summed over tiles of samples. Widths are padded
 * like those of values. Positions are counted in elements from the first.
 */
final class ParameterLayout {

  /** Elements that parameters are aligned to: 256 bytes, also of bfloat16. */
  private static final int ALIGNED = 128;

  /** A parameter's place: {@code rows} of {@code width} elements, {@code ld} apart. */
  record Place(DenseState.Parameter parameter, long at, int rows, int width, int ld) {}

  private final List<Place> places = new ArrayList<>();
  private final Map<String, Place> byName = new HashMap<>();
  private final long products;
  private final long columns;

  ParameterLayout(List<Op> ops) {
    Map<String, Long> starts = new HashMap<>();
    products = lay(ops, 0, true, starts);
    columns = lay(ops, products, false, starts) - products;
    for (Op op : ops) {
      for (Parameter parameter : op.parameters()) {
        Place place = place(parameter, starts.get(parameter.name()));
        places.add(place);
        byName.put(parameter.name(), place);
      }
    }
  }

  private static long lay(List<Op> ops, long from, boolean byProduct, Map<String, Long> starts) {
    long end = from;
    for (Op op : ops) {
      Predicate<Parameter> wanted = parameter -> byProduct(op, parameter) == byProduct;
      for (Parameter parameter : op.parameters().stream().filter(wanted).toList()) {
        starts.put(parameter.name(), end);
        Place place = place(parameter, end);
        // Rows are padded too where a product writes them.
        long rows = byProduct ? Value.ld(place.rows) : place.rows;
        end += (rows * place.ld + ALIGNED - 1) / ALIGNED * ALIGNED;
      }
    }
    return end;
  }

  /** Whether a matrix product makes the gradient. That of a layer of one output is summed. */
  private static boolean byProduct(Op op, Parameter parameter) {
    boolean single = op instanceof Op.Linear && op.output().size() == 1;
    return parameter.shape().size() == 2 && !single;
  }

  private static Place place(Parameter parameter, long at) {
    List<Integer> shape = parameter.shape();
    int width = shape.get(shape.size() - 1);
    int rows = parameter.size() / width;
    var described = new DenseState.Parameter(parameter.name(), shape, false);
    return new Place(described, at, rows, width, Value.ld(width));
  }

  /** All parameters, in the order of the tape. */
  List<Place> places() {
    return places;
  }

  Place place(String parameter) {
    return byName.get(parameter);
  }

  /** Elements of parameters whose gradients are products. */
  long products() {
    return products;
  }

  /** Elements of the others: sums that a tile of samples has. */
  long columns() {
    return columns;
  }
}
