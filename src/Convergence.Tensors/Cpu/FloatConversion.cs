namespace Convergence.Tensors.Cpu;

internal static class FloatConversion
{
    public static void Widen(HostTensor source, Span<float> destination) => throw new NotImplementedException();

    public static void Narrow(ReadOnlySpan<float> source, HostTensor destination) => throw new NotImplementedException();
}
