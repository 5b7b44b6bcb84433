namespace Convergence.Tensors.Cpu.Merging.Sparse;

/// <summary>What two rounds of Philox make of a stream, apart from the counter's low word: see <see cref="PhiloxLanes.Start"/>.</summary>
/// <param name="Word0">To be combined with word 0.</param>
/// <param name="Word2">To be combined with word 2.</param>
/// <param name="Word3">Word 3.</param>
internal readonly record struct StreamStart(uint Word0, uint Word2, uint Word3);
