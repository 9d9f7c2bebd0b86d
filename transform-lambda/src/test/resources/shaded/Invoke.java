import com.amazonaws.services.lambda.runtime.Context;
import com.terrifictotes.etl.transform.TransformHandler;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;

/** Invokes the deployed handler as Lambda does: no-arg constructor, JSON in, JSON out; the answer is the last line. */
class Invoke {
    public static void main(String[] arguments) throws Exception {
        Context context = (Context) Proxy.newProxyInstance(
                Invoke.class.getClassLoader(), new Class<?>[] {Context.class}, (proxy, method, values) -> 600_000);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        new TransformHandler().handleRequest(System.in, answer, context);
        System.out.println(answer);
    }
}
