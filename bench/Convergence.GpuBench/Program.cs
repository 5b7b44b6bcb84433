using Convergence.GpuBench;

return GpuBenchCommand.Run(args, Console.Out, Console.Error, TimeProvider.System);
