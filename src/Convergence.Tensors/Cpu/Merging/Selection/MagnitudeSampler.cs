using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Estimates from a fixed, evenly spread sample between which magnitudes the k-th largest lies.</summary>
internal sealed unsafe class MagnitudeSampler(WorkerTeam team)
{
    private const int SampleSize = 131_072;
    private const int GroupSize = MagnitudeSampleKernel.GroupSize;

    // Of small tensors a smaller share: looking at an element here costs several times what it costs the pass that follows.
    private const int SmallestStep = 16;

    // Groups that a worker takes at a time: a tile of every tensor where they must be widened first.
    private const int ChunkSize = MergeSweep.TileSize / GroupSize;

    // So many standard deviations on both sides of the expected place: missed about once in ten thousand tensors.
    private const double Deviations = 4;
    private const int Margin = 16;

    private readonly MergeScratch _samples = new(workerCount: 1);
    private readonly MergeScratch _scratch = new(team.ThreadCount);

    /// <summary>Finds the bracket of every cut that has one.</summary>
    /// <param name="operands">The base and the inputs.</param>
    /// <param name="keeps">How many elements every cut keeps: as many cuts of each input, one input's after another's.</param>
    /// <param name="brackets">Receives the brackets, except where one is empty already.</param>
    public void Sample(Operands operands, long[] keeps, Bracket[] brackets)
    {
        var groups = operands.ElementCount / GroupSize;
        var step = Math.Max(SmallestStep, groups / (SampleSize / GroupSize));
        var count = (int)((groups + step - 1) / step);
        var size = count * GroupSize;
        var inputCount = operands.Count - 1;
        var cutsPerInput = keeps.Length / inputCount;
        var samples = (uint*)_samples.Rent(worker: 0, (long)inputCount * size * sizeof(uint));
        team.Run((count + ChunkSize - 1) / ChunkSize, (chunk, worker) =>
        {
            var first = chunk * ChunkSize;
            var chunkSize = Math.Min(ChunkSize, count - first) * GroupSize;
            Read(operands, step, samples, size, new Block(first * GroupSize, Index: 0, chunkSize, chunkSize, worker));
        });
        team.Run(inputCount, (input, worker) =>
        {
            var ranks = new SampleRanks(samples + ((long)input * size), size, (int*)_scratch.Rent(worker, SampleRanks.ScratchByteCount));
            for (var place = input * cutsPerInput; place < (input + 1) * cutsPerInput; place++)
            {
                if (!brackets[place].IsEmpty)
                {
                    brackets[place] = BracketOf(ranks, size, (double)keeps[place] / operands.ElementCount);
                }
            }
        });
        operands.KeepAlive();
    }

    // The block counts sampled elements, in the sample and not in the tensors.
    private void Read(Operands operands, long step, uint* samples, int size, Block block)
    {
        var inputCount = operands.Count - 1;
        var tensors = stackalloc byte*[operands.Count];
        var first = block.Place * step;
        if (operands.AreReadInPlace)
        {
            operands.Locate(first, tensors);
            var kernel = new MagnitudeSampleKernel(inputCount, step * GroupSize, samples, size);
            KernelDispatch.Visit(kernel, operands.LaneType, tensors, block);
            return;
        }

        var laneSize = operands.LaneType.ByteCount();
        var scratch = _scratch.Rent(block.Worker, (long)operands.Count * ChunkSize * GroupSize * laneSize);
        for (var tensor = 0; tensor < operands.Count; tensor++)
        {
            tensors[tensor] = scratch + ((long)tensor * ChunkSize * GroupSize * laneSize);
            for (var sampled = 0; sampled < block.Count; sampled += GroupSize)
            {
                var source = operands.At(tensor, first + (sampled * step));
                operands.WidenToLanes(operands.DTypeOf(tensor), source, tensors[tensor] + ((long)sampled * laneSize), GroupSize);
            }
        }

        KernelDispatch.Visit(new MagnitudeSampleKernel(inputCount, GroupSize, samples, size), operands.LaneType, tensors, block);
    }

    private static Bracket BracketOf(SampleRanks ranks, int size, double share)
    {
        var margin = (Math.Sqrt(share * (1 - share) * size) * Deviations) + Margin;
        var expected = share * size;

        // The few largest may all exceed what was sampled.
        var high = expected <= margin ? Bracket.LargestMagnitude : ranks.Largest((int)(expected - margin) + 1);
        var low = expected + margin > size ? 0 : ranks.Largest((int)Math.Ceiling(expected + margin));
        return new Bracket(low, high);
    }
}
