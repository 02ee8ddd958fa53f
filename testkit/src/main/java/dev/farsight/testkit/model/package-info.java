/**
 * For authors of models: a contract to extend ({@link dev.farsight.testkit.model.ModelContract}),
 * and the layouts of data that it tries them with.
 */
package dev.farsight.testkit.model;
