using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Convergence.Bench.Optimizing;

/// <summary>An API in the place of a network: it answers every call after a fixed time, in the format of OpenAI.</summary>
/// <param name="latency">The time.</param>
internal sealed class SlowApi(TimeSpan latency) : HttpMessageHandler
{
    private const string Answer =
        """{"choices": [{"message": {"role": "assistant", "content": "0.5"}}], "usage": {"prompt_tokens": 20, "completion_tokens": 3}}""";

    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        await Task.Delay(latency, cancellationToken);
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Answer))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            },
        };
    }
}
