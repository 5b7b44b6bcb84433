using Convergence.Tensors;
using Convergence.Tensors.Cpu;
using Convergence.Tensors.Safetensors;
using Convergence.Testing;

namespace Convergence.LanguageModels.Tests.Architectures;

/// <summary>Numbers that PyTorch computed, and the models they belong to.</summary>
internal static class Reference
{
    /// <summary>What fp32 logits may differ by at most.</summary>
    public const float LogitTolerance = 2e-4f;

    public static string PathOf(params string[] parts) => RepositoryRoot.Combine(["tests", "Testing", "Reference", .. parts]);

    /// <summary>A tensor widened or rounded to float.</summary>
    public static float[] Floats(CpuDevice device, ITensorSource source, string name)
    {
        Assert.That(source.TryGet(name, out var tensor), Is.True, name);
        var values = new float[tensor!.ElementCount];
        device.Read(tensor, values);
        return values;
    }

    /// <summary>The rows of an I64 matrix of token ids.</summary>
    public static int[][] TokenRows(SafetensorsFile source, string name)
    {
        Assert.That(source.TryGet(name, out var tensor), Is.True, name);
        var columns = (int)tensor!.Shape.LastExtent;
        return [.. ((HostTensor)tensor).AsSpan<long>().ToArray().Select(id => (int)id).Chunk(columns)];
    }

    public static float LargestDifference(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        Assert.That(left.Length, Is.EqualTo(right.Length));
        var largest = 0f;
        for (var index = 0; index < left.Length; index++)
        {
            var difference = MathF.Abs(left[index] - right[index]);
            largest = difference > largest || float.IsNaN(difference) ? difference : largest;
        }

        return largest;
    }
}
