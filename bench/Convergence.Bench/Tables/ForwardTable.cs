using Convergence.Bench.Limits;
using Convergence.Bench.Models;
using Convergence.Evolution.Randomness;
using Convergence.LanguageModels;
using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using static Convergence.Bench.Tables.ResultTable;

namespace Convergence.Bench.Tables;

/// <summary>The forward pass of a 25 M-parameter Llama-shaped model, against the processor's peak and against PyTorch.</summary>
internal static class ForwardTable
{
    private const int SequenceCount = 8;
    private const int Length = 256;
    private const double Target = 0.65;

    public static ResultTable Measure(int threadCount)
    {
        var shape = LlamaShape.TwentyFiveMillion;
        using var team = new WorkerTeam(threadCount);
        using var device = new CpuDevice(threadCount);
        using var weights = shape.RandomWeights(seed: 5, DType.F32, scale: 0.03);
        using var model = LanguageModel.Load(device, shape.Config("float32"), weights, "bench");
        var random = new SearchRandom(9);
        var sequences = Enumerable.Range(0, SequenceCount)
            .Select(_ => Enumerable.Range(0, Length).Select(_ => random.Next(shape.VocabularySize)).ToArray())
            .ToList();

        var peakBefore = FmaPeak.Measure(team);
        var time = Measurement.Of(() => model.ScoreTokens(sequences), count: 11);
        var peak = Math.Max(peakBefore, FmaPeak.Measure(team));
        var peer = PyTorchPeer.Measure(threadCount, out var reason);
        return Tabulate(shape, time, peak, peer, reason, threadCount);
    }

    private static ResultTable Tabulate(
        LlamaShape shape, Measurement time, double peak, PyTorchPeer? peer, string reason, int threadCount)
    {
        var rate = shape.ForwardOperations(SequenceCount, Length) / time.Median * 1e-9;
        var tokensPerSecond = SequenceCount * Length / time.Median;
        var measured = $"{Number(time.Median * 1e3, "0")} ms, {Number(tokensPerSecond, "0")} tokens/s, {Number(rate, "0")} GFLOP/s";

        var table = new ResultTable(
            $"Forward pass, 25 M parameters, sequence {Length}, batch {SequenceCount}, fp32, {threadCount} threads (medians)");
        table.Add(
            "against the FMA peak", measured, $"FMA peak {Number(peak, "0")} GFLOP/s",
            Number(rate / peak), ">= 0.65 of the peak", rate / peak >= Target);
        if (peer is null)
        {
            table.Add("against PyTorch", measured, "not measured", "", "faster", null);
            table.Note($"PyTorch was not measured: {reason}.");
        }
        else
        {
            var ratio = peer.Seconds / time.Median;
            table.Add(
                $"against PyTorch {peer.Version}, {peer.BestWay}",
                measured,
                $"{Number(peer.Seconds * 1e3, "0")} ms, {Number(SequenceCount * Length / peer.Seconds, "0")} tokens/s",
                Number(ratio) + " x as fast",
                "faster",
                ratio > 1);
            table.Note($"PyTorch, every way tried: {peer.AllWays}.");
        }

        table.Note("Operations are counted as is customary, attention in full; the causal half that is masked is not computed.");
        return table;
    }
}
