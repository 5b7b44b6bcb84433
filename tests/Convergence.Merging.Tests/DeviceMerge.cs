using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Merging.Tests;

/// <summary>Merges in a device's memory, with the result on the host.</summary>
internal static class DeviceMerge
{
    public static TensorSet Run(ComputeDevice device, MergePlan plan)
    {
        var output = new TensorSet();
        new MergeExecutor(device).Execute(plan, output);
        if (device.UsesHostMemory)
        {
            return output;
        }

        using (output)
        {
            var exported = new TensorSet();
            foreach (var name in output.Names)
            {
                Assert.That(output.TryGet(name, out var tensor), name);
                exported.Add(name, device.Export(tensor!));
            }

            return exported;
        }
    }
}
