//! Stories of two employees at one client (P-46, U-18): who looks, who has begun an answer, whose word goes out.

use crate::{
    app::{Caller, Socket, uuid},
    queues::crew,
    story,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn desk(who: &Caller) -> Socket {
    let mut socket = who.listen(None).await;
    socket.wait_type("welcome").await;
    socket
}

async fn looks(socket: &mut Socket, chat: &str, drafting: bool) {
    let sign = json!({"type": "viewing", "thread_id": chat, "drafting": drafting});
    socket.send(sign).await;
}

/// The next word of who looks at a chat that fits.
async fn told(socket: &mut Socket, people: &[&Caller], drafting: &[&Caller]) -> Value {
    let ids = |people: &[&Caller]| {
        let mut ids: Vec<String> = people.iter().map(|p| p.id.clone()).collect();
        ids.sort();
        ids
    };
    let (people, drafting) = (ids(people), ids(drafting));
    socket
        .wait("who looks", |f| {
            f["type"] == "viewing"
                && f["person_ids"] == json!(people)
                && f["drafting_ids"] == json!(drafting)
        })
        .await
}

/// Everything that reached a socket until it was asked.
async fn all_seen(socket: &mut Socket, kind: &str) -> usize {
    socket.send(json!({"type": "ping"})).await;
    socket.wait_type("pong").await;
    socket.seen.iter().filter(|f| f["type"] == kind).count()
}

story!(
    p_46_u_18_who_looks_and_who_has_begun_an_answer_is_seen_by_those_beside_them_alone,
    |app| {
        let team = crew(&app).await;
        let (visitor, chat) = team.client(&app, "Есть ли лампы?").await;
        let (mut hers, mut his) = (desk(&team.anna).await, desk(&team.boris).await);
        let mut heads = desk(&team.olga).await;
        looks(&mut hers, &chat, false).await;
        told(&mut hers, &[&team.anna], &[]).await;
        looks(&mut his, &chat, false).await;
        told(&mut hers, &[&team.anna, &team.boris], &[]).await;
        // An answer is begun: that there is one, and not a word of it.
        looks(&mut his, &chat, true).await;
        let sign = told(&mut hers, &[&team.anna, &team.boris], &[&team.boris]).await;
        let fields: Vec<&String> = sign.as_object().unwrap().keys().collect();
        assert_eq!(
            fields,
            ["drafting_ids", "person_ids", "thread_id", "type"],
            "nothing else is told"
        );
        looks(&mut his, &chat, false).await;
        told(&mut hers, &[&team.anna, &team.boris], &[]).await;
        assert_eq!(
            all_seen(&mut heads, "viewing").await,
            0,
            "who does not look hears nothing"
        );
        // The tab goes to sleep, or looks elsewhere.
        his.send(json!({"type": "viewing", "thread_id": null}))
            .await;
        told(&mut hers, &[&team.anna], &[]).await;
        looks(&mut his, &chat, true).await;
        told(&mut hers, &[&team.anna, &team.boris], &[&team.boris]).await;
        drop(his);
        told(&mut hers, &[&team.anna], &[]).await;
        // The client never hears of it.
        let reads = visitor.reads().await;
        assert!(!json!(reads).to_string().contains("drafting"), "{reads:?}");
    }
);

story!(
    u_18_an_observer_sees_the_signs_and_who_loses_the_chat_is_seen_no_longer,
    |app| {
        let team = crew(&app).await;
        let (_visitor, chat) = team.client(&app, "Сколько стоит?").await;
        let (mut hers, mut his) = (desk(&team.anna).await, desk(&team.boris).await);
        looks(&mut hers, &chat, false).await;
        looks(&mut his, &chat, true).await;
        told(&mut hers, &[&team.anna, &team.boris], &[&team.boris]).await;
        // Anna answers and has it: Boris may not see it, looks at it no more and hears no more of it.
        team.anna.say("client-chats", &chat, "Сто рублей").await;
        told(&mut hers, &[&team.anna], &[]).await;
        his.wait_type("chat.gone").await;
        let before = all_seen(&mut his, "viewing").await;
        looks(&mut his, &chat, true).await;
        looks(&mut hers, &chat, true).await;
        told(&mut hers, &[&team.anna], &[&team.anna]).await;
        assert_eq!(all_seen(&mut his, "viewing").await, before);
        // As an observer he is beside her again.
        let path = format!("/client-chats/{chat}/observers");
        team.anna.post(&path, json!({"add": [team.boris.id]})).await;
        looks(&mut his, &chat, false).await;
        told(&mut hers, &[&team.anna, &team.boris], &[&team.anna]).await;
        told(&mut his, &[&team.anna, &team.boris], &[&team.anna]).await;
    }
);

story!(
    u_18_a_head_says_whether_they_take_a_colleagues_chat_or_only_help_out,
    |app| {
        let team = crew(&app).await;
        let (visitor, chat) = team.client(&app, "Где мой заказ?").await;
        team.anna.say("client-chats", &chat, "Смотрю").await;
        app.clock.advance(std::time::Duration::from_secs(60));
        let path = format!("/client-chats/{chat}/messages");
        let body = |text: &str, how: Value| {
            let mut body = json!({"client_id": uuid(), "text": text});
            body.as_object_mut()
                .unwrap()
                .extend(how.as_object().unwrap().clone());
            body
        };
        let (status, told) = team
            .olga
            .raw(Method::POST, &path, Some(body("Уже едет", json!({}))))
            .await;
        assert_eq!(
            (status.as_u16(), told["code"].as_str().unwrap()),
            (409, "conversations.not_yours")
        );
        assert_eq!(told["args"]["name"], "Анна");
        assert_eq!(told["args"]["person_id"], json!(team.anna.id));
        team.olga
            .post(&path, body("Уже едет", json!({"help": true})))
            .await;
        let seen = team.anna.get(&format!("/client-chats/{chat}")).await;
        assert_eq!(
            seen["chat"]["assignee_id"],
            json!(team.anna.id),
            "still hers"
        );
        team.olga
            .post(&path, body("Дальше я", json!({"take": true})))
            .await;
        let seen = team.olga.get(&format!("/client-chats/{chat}")).await;
        assert_eq!(seen["chat"]["assignee_id"], json!(team.olga.id));
        let got: Vec<String> = visitor
            .reads()
            .await
            .iter()
            .filter(|m| m["mine"] == false)
            .map(|m| m["text"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(got, ["Смотрю", "Уже едет", "Дальше я"]);
        // Who neither has it nor manages chats does not get in by saying so.
        app.clock.advance(std::time::Duration::from_secs(600));
        let refused = team
            .boris
            .refused(
                Method::POST,
                &path,
                Some(body("И я", json!({"help": true}))),
            )
            .await;
        assert_eq!(refused.0, 404);
    }
);
