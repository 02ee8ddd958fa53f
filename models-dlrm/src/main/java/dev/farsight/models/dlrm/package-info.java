/** DLRM, recorded on the tape: {@code model.type = dlrm}. */
package dev.farsight.models.dlrm;
