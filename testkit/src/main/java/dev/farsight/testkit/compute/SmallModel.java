package dev.farsight.testkit.compute;

import static dev.farsight.api.model.Op.Activation.NONE;
import static dev.farsight.api.model.Op.Activation.RELU;
import static dev.farsight.api.model.Op.Activation.SIGMOID;
import static dev.farsight.api.model.Op.Activation.TANH;

import dev.farsight.api.model.Model;
import dev.farsight.api.model.Tape;
import dev.farsight.api.model.Tensor;

/** Small tapes that between them use every op in every place where it may stand. */
public enum SmallModel implements Model {
  LINEAR {
    @Override
    public Tensor logits(Tape tape) {
      return tape.linear("only", tape.dense(), 1, NONE);
    }
  },
  LAYERS {
    @Override
    public Tensor logits(Tape tape) {
      Tensor x = tape.linear("a", tape.dense(), 9, RELU);
      x = tape.linear("b", x, 6, NONE);
      x = tape.linear("c", x, 5, RELU);
      return tape.linear("d", x, 1, NONE);
    }
  },
  BAG_ALONE {
    @Override
    public Tensor logits(Tape tape) {
      return tape.linear("only", tape.embeddingBag(), 1, NONE);
    }
  },
  CONCAT {
    @Override
    public Tensor logits(Tape tape) {
      Tensor dense = tape.dense();
      Tensor hidden = tape.linear("hidden", dense, 3, RELU);
      Tensor all = tape.concat(hidden, tape.embeddingBag(), dense, hidden);
      return tape.linear("top", all, 1, NONE);
    }
  },
  CONCAT_ENDS {
    @Override
    public Tensor logits(Tape tape) {
      return tape.concat(tape.linear("top", tape.embeddingBag(), 1, NONE));
    }
  },
  PAIRWISE {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.embeddingBag();
      Tensor x = tape.linear("bottom", tape.dense(), bag.width(), NONE);
      return tape.linear("top", tape.pairwise(x, bag), 1, NONE);
    }
  },
  DLRM {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.embeddingBag();
      Tensor x = tape.linear("bottom.0", tape.dense(), 12, RELU);
      x = tape.linear("bottom.1", x, bag.width(), RELU);
      x = tape.linear("top.0", tape.pairwise(x, bag), 10, RELU);
      return tape.linear("top.1", x, 1, NONE);
    }
  },
  BAG_USED_TWICE {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.embeddingBag();
      Tensor x = tape.linear("x", bag, bag.width(), RELU);
      Tensor all = tape.concat(bag, tape.pairwise(x, bag), x);
      return tape.linear("top", all, 1, NONE);
    }
  },
  TWO_BAGS {
    @Override
    public Tensor logits(Tape tape) {
      Tensor first = tape.embeddingBag();
      Tensor x = tape.linear("x", tape.dense(), first.width(), RELU);
      Tensor crossed = tape.pairwise(x, first);
      return tape.linear("top", tape.concat(crossed, tape.embeddingBag()), 1, NONE);
    }
  },
  UNUSED_LAYER {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.embeddingBag();
      Tensor logits = tape.linear("used", bag, 1, NONE);
      tape.linear("unused", bag, 4, RELU);
      return logits;
    }
  },
  RELU_LOGITS {
    @Override
    public Tensor logits(Tape tape) {
      Tensor all = tape.concat(tape.dense(), tape.embeddingBag());
      return tape.linear("only", all, 1, RELU);
    }
  },
  ACTIVATIONS {
    @Override
    public Tensor logits(Tape tape) {
      Tensor x = tape.linear("a", tape.concat(tape.dense(), tape.embeddingBag()), 9, SIGMOID);
      x = tape.linear("b", x, 6, TANH);
      return tape.linear("c", x, 1, TANH);
    }
  },
  ARITHMETIC {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.embeddingBag();
      Tensor a = tape.linear("a", bag, 5, TANH);
      Tensor b = tape.linear("b", tape.dense(), 5, NONE);
      Tensor product = tape.multiply(tape.add(a, b, a), tape.multiply(b, b));
      return tape.add(tape.sum(product), tape.linear("c", tape.add(bag, bag), 1, NONE));
    }
  },
  SLICES {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.embeddingBag();
      Tensor first = tape.slice(bag, 0, 1);
      Tensor rest = tape.slice(bag, 1, bag.width() - 1);
      Tensor x =
          tape.slice(tape.linear("x", tape.dense(), bag.width() + 2, RELU), 2, bag.width() - 1);
      Tensor top = tape.linear("top", tape.pairwise(x, rest), 1, NONE);
      return tape.add(top, tape.sum(first));
    }
  },
  FULL_CROSS {
    @Override
    public Tensor logits(Tape tape) {
      Tensor x0 = tape.concat(tape.dense(), tape.embeddingBag());
      Tensor x = tape.cross("cross.0", x0, x0, 0);
      x = tape.cross("cross.1", x0, x, 0);
      return tape.linear("top", x, 1, NONE);
    }
  },
  LOW_RANK_CROSS {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.embeddingBag();
      Tensor bottom = tape.linear("bottom", tape.dense(), bag.width(), RELU);
      Tensor x0 = tape.concat(bottom, bag);
      Tensor x = tape.cross("cross.0", x0, x0, 3);
      x = tape.cross("cross.1", x0, x, 2);
      Tensor deep = tape.linear("deep", x0, 6, RELU);
      return tape.linear("top", tape.concat(x, deep), 1, NONE);
    }
  },
  FACTORIZATION_MACHINE {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.embeddingBag();
      Tensor vectors = tape.slice(bag, 0, bag.width() - 1);
      Tensor order1 = tape.sum(tape.slice(bag, bag.width() - 1, 1));
      Tensor order2 = tape.sum(tape.factorizationMachine(vectors));
      Tensor deep = tape.linear("deep", tape.concat(vectors, tape.dense()), 6, RELU);
      return tape.add(order1, order2, tape.linear("top", deep, 1, NONE));
    }
  },
  MACHINE_OF_ROWS {
    @Override
    public Tensor logits(Tape tape) {
      return tape.linear("top", tape.factorizationMachine(tape.embeddingBag()), 1, NONE);
    }
  },
  LAYER_NORM {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.layerNorm("norm.0", tape.embeddingBag(), 1e-3f);
      Tensor x = tape.linear("x", tape.concat(bag, tape.dense()), 9, RELU);
      return tape.linear("top", tape.layerNorm("norm.1", x, 1e-2f), 1, NONE);
    }
  },
  DROPOUT {
    @Override
    public Tensor logits(Tape tape) {
      Tensor bag = tape.dropout(tape.embeddingBag(), .25f);
      Tensor x = tape.linear("x", tape.concat(bag, tape.dense()), 9, RELU);
      return tape.linear("top", tape.dropout(x, .5f), 1, NONE);
    }
  };
}
